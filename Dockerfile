FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json .npmrc ./
# The npm package `node` is for machines with another Node; here its install script has nothing to add.
RUN npm ci --ignore-scripts
COPY schema schema
COPY scripts scripts
COPY src src
COPY web web
COPY workers workers
RUN node scripts/require-node.js && node scripts/build.ts
RUN npm prune --omit=dev --ignore-scripts

FROM node:26-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY LICENSE CHANGELOG.md packaging/healthcheck.js ./
USER node
# Whether headcount itself works; what it finds of its URLs does not count.
HEALTHCHECK --interval=30s --timeout=15s --start-period=15s --retries=3 CMD ["node", "/app/healthcheck.js", "/app/dist/src/cli.js"]
# As the first process it gets the signals itself: docker stop ends it cleanly, with its last state printed.
ENTRYPOINT ["node", "/app/dist/src/cli.js"]
