/** On every response. scripts/serve.mjs sets them too, for the redirects that Next makes before it reads this. */
export const HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
]

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  images: { unoptimized: true }, // nothing here resizes pictures, so what would is shut
  serverExternalPackages: [
    'piscina',
    'bcryptjs',
    'pino',
    'pg',
    '@prisma/adapter-pg',
    '@zxcvbn-ts/language-common',
    'graphile-worker',
    'nodemailer',
    '@react-email/components', // draws with React's own server, which the bundle for pages leaves out
  ],
  experimental: { serverActions: { bodySizeLimit: '64kb' } },
  headers: async () => [{ source: '/:path*', headers: HEADERS }],
}
