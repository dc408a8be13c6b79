# Klankbord in a container. Two stages: the first has the compiler, the second only what runs.
# Not built where it was written, because no Docker engine runs there: tests/setup/test_image_steps.py does its steps in a
# clean folder, without the two that install packages. The base image has a tag and no digest for the same reason; add
# one when you build it.
#
# The port is published on the laptop itself only, and the number is the same inside and outside, because the program
# answers to exactly that address. Everything but /data and /tmp is read-only; nothing is fetched at run time.
#   docker build -t klankbord .
#   docker run --rm --publish 127.0.0.1:8123:8123 --read-only --cap-drop ALL --security-opt no-new-privileges \
#     --tmpfs /tmp --ulimit core=0 --ulimit memlock=-1 --pids-limit 256 --volume klankbord:/data klankbord
# It prints the address to open. Other containers on the same network reach the port too: they need the token.
# x86-64 with AVX2. On another processor give its own flags: --build-arg CMAKE_ARGS=-DGGML_NATIVE=ON

FROM python:3.11.14-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.lock requirements-llama.lock requirements-llama-build.lock ./
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: \
      -r requirements.lock
# Explicit flags, and no SOURCE_DATE_EPOCH: with it llama.cpp silently leaves out every fast instruction.
ARG CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
RUN unset SOURCE_DATE_EPOCH \
 && python -m venv /tools \
 && /tools/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements-llama-build.lock \
 && CMAKE_ARGS="${CMAKE_ARGS}" /tools/bin/python -m pip wheel --no-cache-dir --no-deps --require-hashes \
      --no-build-isolation -w /wheels -r requirements-llama.lock \
 && /venv/bin/python -m pip install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python:3.11.14-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin klankbord \
 && install -d -o klankbord -m 0700 /data
COPY --from=build /venv /venv
COPY app /klankbord/app
COPY guardrails /klankbord/guardrails
COPY prompts /klankbord/prompts
COPY models /klankbord/models
WORKDIR /klankbord
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
ENTRYPOINT ["/venv/bin/python", "-m", "app", "serve", "--no-browser", "--bind-container", \
    "--port", "8123", "--data-dir", "/data"]
