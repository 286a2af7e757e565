import { createHash, createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { asSuperuser } from './database'

const OLD_COST = 4

/** Replaces the stored hash of a user's password with one of a lower cost. @returns the new hash */
export async function storeAtOldCost(userId: string, password: string): Promise<string> {
  const pepper = process.env.PASSWORD_PEPPER ?? ''
  const key = createHash('sha256').update(`atrium password pepper\0${pepper}`).digest('hex').slice(0, 8)
  const stored = `1.${key}.${await bcrypt.hash(createHmac('sha384', pepper).update(password).digest('base64'), OLD_COST)}`
  await asSuperuser('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, stored])
  return stored
}
