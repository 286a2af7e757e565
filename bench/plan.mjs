// How long `npm run bench` measures, and what its parts share.

/** Rounds, seconds, and sizes of the parts. */
export const PLANS = {
  thorough: { rates: { rounds: 8, seconds: 5 }, storm: { rounds: 4, seconds: 10 }, starts: 10, scale: 200 },
  quick: { rates: { rounds: 3, seconds: 2 }, storm: { rounds: 2, seconds: 4 }, starts: 4, scale: 40 },
}

/**
 * @typedef {object} Bench what the parts measure
 * @property {import('./apps.mjs').App} app with a team, and people who sign in
 * @property {import('./apps.mjs').App} floor
 * @property {string} cookie of the team's owner
 * @property {{ superuser: string, runtime: string }} urls of the template database
 * @property {string} logFolder of PostgreSQL
 * @property {typeof PLANS.quick} plan
 *
 * @typedef {object} Row of the table
 * @property {string} id see bench/page.mjs
 * @property {number[]} values
 * @property {Record<string, number[]> | undefined} [raw] what the values were computed from
 */
