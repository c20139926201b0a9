# docker build -t connect-scim-bridge .
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are Node itself, for hosts whose own is older; this image has the right one.
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY config ./config
# Without limits of its own V8 lets garbage gather for as long as the machine has memory: 100 MiB more, for nothing.
# exec, so that SIGTERM reaches Node and calls in flight are finished.
RUN printf '#!/bin/sh\nexec node --max-old-space-size=512 --max-semi-space-size=8 /app/src/main.ts "$@"\n' > /usr/local/bin/bridge \
  && chmod 755 /usr/local/bin/bridge \
  && mkdir data && chown node:node data
USER node
# The store and the admin socket. Without a volume here, every new container starts with an empty store.
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --start-period=10s --interval=15s --timeout=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bridge"]
# config/bridge.yaml is an example that listens on the loopback alone: mount a folder of your own at /app/config.
CMD ["serve"]
