# Gatehouse as an image: docs/guides/deploy.md has the commands. Runs as user 10001, with a read-only root file system;
# everything it writes is in /data. Works with docker, podman and buildah.
#
# BASE is any glibc image with Node 24.12 or newer and npm. RUN_ON may be a smaller one with the same Node; the database
# that Gatehouse brings needs /bin/sh there, without one set DATABASE_URL.
ARG BASE=docker.io/library/node:24-bookworm-slim
ARG RUN_ON=${BASE}

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image has a Node already. The same sources give the same files, of one owner and with fixed rights.
RUN npm run build \
 && npm run sbom --silent > sbom.cdx.json \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/node-win-* node_modules/.cache \
 && mkdir -p /image/opt/gatehouse/dist /image/etc /image/data \
 && cp -a gatehouse package.json LICENSE CHANGELOG.md sbom.cdx.json node_modules /image/opt/gatehouse/ \
 && cp -a dist/server dist/console dist/api-reference /image/opt/gatehouse/dist/ \
 && chmod -R u=rwX,go=rX /image/opt \
 && NODE_COMPILE_CACHE=/tmp/compiled node /image/opt/gatehouse/gatehouse --help > /dev/null
# initdb asks for the name of the user it runs as.
RUN sed '/^gatehouse:/d' /etc/passwd > /image/etc/passwd \
 && echo 'gatehouse:x:10001:10001:Gatehouse:/data:/usr/sbin/nologin' >> /image/etc/passwd

# Nothing is run from here on: the base needs no shell.
FROM ${RUN_ON}
LABEL org.opencontainers.image.title="Gatehouse" \
      org.opencontainers.image.description="Self-hosted single sign-on for software vendors and managed service providers" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image/etc/passwd /etc/passwd
COPY --from=build --chown=0:0 /image/opt/gatehouse /opt/gatehouse
COPY --from=build --chown=10001:10001 /image/data /data
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    GATEHOUSE_DATA=/data \
    NODE_COMPILE_CACHE=/data/.compile-cache
WORKDIR /data
VOLUME /data
EXPOSE 3000
USER 10001:10001
STOPSIGNAL SIGTERM
# Whether it can serve, as a load balancer asks. Docker shows it and restarts nothing for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/gatehouse/gatehouse"]
CMD ["serve"]
