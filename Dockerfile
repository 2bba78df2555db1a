# One image for every context: which one a container is, SERVICES says.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The base image has the Node that the house wants: no install script has anything to fetch.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data NODE_HOST=0.0.0.0 NODE_PORT=3010 ACCESS_LOG=stdout
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/cli/bijou.js cli/bijou.js
# By number, so that an orchestrator can see that it is not root: the user node of the base image.
USER 1000:1000
VOLUME /data
# Public, seller, logistics and admin doors; the node's own port.
EXPOSE 3000 3001 3002 3003 3010
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3010/livez').then((a)=>process.exit(a.ok?0:1),()=>process.exit(1))"]
CMD ["node", "--min-semi-space-size=64", "--max-semi-space-size=64", "node_modules/moleculer/bin/moleculer-runner.mjs", "--config", "dist/moleculer.config.js"]
