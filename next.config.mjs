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
    ],
  },
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
    proxyClientMaxBodySize: 1024 * 1024, // BUFFERED_BODY_MAX_BYTES of lib/http/route-policy.ts
  },
  headers: async () => [{ source: '/:path*', headers: SECURITY_HEADERS }],
}
