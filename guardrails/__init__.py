"""The guardrails: read messages, plan and review replies. Imports nothing of app."""
