import { SECURITY_HEADERS } from './lib/http/security-headers.mjs'

/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  typedRoutes: true,
  // Files that are read at run time but never imported, so the tracer of the standalone build cannot find them.
  outputFileTracingIncludes: {
    '/*': [
      './lib/password/worker.mjs',
      './node_modules/bcryptjs/**',
      './node_modules/@node-rs/**',
      './node_modules/piscina/dist/**',
      './node_modules/@napi-rs/**',
      './prisma/migrations/**',
      // What the commands of a container need: migrations, backups, the worker, and the audit trail.
      './scripts/*.mjs',
      './prisma/*.mjs',
      './prisma/schema.prisma',
      './lib/*/*.mjs',
      './lib/*/cli/*.mjs',
      './node_modules/@prisma/schema-engine-wasm/**',
      './node_modules/@prisma/adapter-pg/**',
      './node_modules/@prisma/driver-adapter-utils/**',
      './node_modules/@prisma/debug/**',
      './node_modules/graphile-worker/**',
      './node_modules/unhomoglyph/**',
      './node_modules/uuid/**',
    ],
  },
  outputFileTracingExcludes: { '**/*': ['./node_modules/sharp/**', './node_modules/@img/**'] }, // for resizing images
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  images: { unoptimized: true }, // no page resizes images, so the optimizer stays off
  serverExternalPackages: [
    'piscina',
    'bcryptjs',
    'pino',
    'pg',
    '@prisma/adapter-pg',
    '@zxcvbn-ts/language-common',
    'graphile-worker',
    'nodemailer',
    '@react-email/components', // renders with react-dom/server, which the bundle for pages leaves out
  ],
  experimental: {
    serverActions: { bodySizeLimit: '64kb' },
    preloadEntriesOnStart: false, // a page is loaded by its first request: the start does not wait for all of them
    proxyClientMaxBodySize: 1024 * 1024, // BUFFERED_BODY_MAX_BYTES of lib/http/route-policy.ts
  },
  headers: async () => [{ source: '/:path*', headers: SECURITY_HEADERS }],
}
