# The same steps as `make setup`, in an image.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/dispatch
COPY . .
RUN make setup PYTHON=python3 && rm -rf web/node_modules

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/dispatch dispatch
COPY --from=build --chown=dispatch:dispatch /srv/dispatch /srv/dispatch
WORKDIR /srv/dispatch
USER dispatch
ENV DISPATCH_DATA_DIR=/var/lib/dispatch \
    DISPATCH_REGION=/srv/dispatch/var/regions/marlow \
    DISPATCH_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["/srv/dispatch/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["/srv/dispatch/.venv/bin/dispatch", "serve"]
