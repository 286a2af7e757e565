import { defineConfig } from 'prisma/config'

// The URL is the owner role's: the CLI is only for schema work. `npm run db:migrate` needs no CLI.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations', seed: 'npm run db:seed' },
  datasource: { url: process.env.DATABASE_OWNER_URL ?? '' },
})
