// Rules for connections to other servers, for the settings of the server and the scripts. Safe for the edge.

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i
const ENCRYPTED_MODES = ['require', 'verify-ca', 'verify-full']

/** Returns whether a host name, as `URL.hostname` has it, is this machine. @param {string} hostname */
export function isLoopback(hostname) {
  return LOOPBACK.test(hostname)
}

/**
 * Checks that the connection to a remote database is encrypted, or that its URL says explicitly that it is not. Without
 * `sslmode`, the driver would send rows and password proofs in the clear (ASVS 12.3.1).
 * @param {string} url
 * @returns {string | undefined} what the URL must have; undefined if it is accepted
 */
export function findDatabaseTlsFault(url) {
  const { hostname, searchParams } = new URL(url)
  const host = searchParams.get('host') ?? hostname
  const isLocal = host === '' || host.startsWith('/') || isLoopback(host) // a path names a Unix socket
  const mode = searchParams.get('sslmode') ?? ''
  if (isLocal || mode === 'disable' || ENCRYPTED_MODES.includes(mode)) return undefined
  return 'must have sslmode=verify-full for a remote database, or sslmode=disable if the network between them is trusted'
}

/** Checks the database URL of a command. @param {string} url @returns {string | undefined} what it must be; undefined if it is accepted */
export function findDatabaseUrlFault(url) {
  if (/^postgres(ql)?:/.test(url) && URL.canParse(url)) return findDatabaseTlsFault(url)
  return 'must be a postgresql:// URL, with special characters of the password percent-encoded'
}
