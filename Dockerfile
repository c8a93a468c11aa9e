# One image for each process. A service: --build-arg SERVICE=ticket. The gateway: --build-arg SERVICE=gateway
# --build-arg ENTRY=gateway/src/main.ts. The images share all layers but the last.
ARG NODE_IMAGE=node:26-bookworm-slim

# The manifests alone, so that a change of sources does not install anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
COPY gateway gateway
RUN find packages services gateway -type f ! -name package.json -delete

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY --from=manifests /app ./
# Optional are the embedded Postgres binaries. No install script is needed: that of the package `node` would fetch a
# second Node, and the image has one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --loglevel=error && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=true HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=dependencies /app ./
COPY supergraph.graphql ./
COPY packages packages
COPY services services
COPY gateway gateway
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=180s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

ARG SERVICE=ticket
ARG ENTRY=services/${SERVICE}/src/main.ts
LABEL org.opencontainers.image.title="smart-tickets-${SERVICE}" org.opencontainers.image.licenses="MIT"
# The entry by a name that does not depend on the service, so that Node is started directly and gets the signals.
RUN test -f "${ENTRY}" && ln -s "/app/${ENTRY}" /app/main.ts
# A volume that is mounted here begins with this owner.
RUN install -d -o 1000 -g 1000 -m 0700 /blobs
USER 1000:1000
CMD ["node", "/app/main.ts"]
