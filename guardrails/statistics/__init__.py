"""The statistical second layer: concepts, n-grams and a linear model, read with the standard library alone."""
