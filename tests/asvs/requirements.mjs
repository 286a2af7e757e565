// Every requirement of OWASP ASVS 5.0.0, by its number. `npm run docs:asvs` joins them with the tests that name them.

/**
 * @typedef {object} Requirement
 * @property {1 | 2 | 3} level
 * @property {string} [reading] what it requires of this application, in one line
 * @property {string} [shownBy] the evidence besides tests: a document, a check, or a setting. Markdown, with links relative to docs/
 * @property {string} [open] why it is not met, or not tested yet
 * @property {string} [notApplicable] why it does not apply to this application
 */

/** The names of the chapters, by number. @type {Record<string, string>} */
export const CHAPTERS = {
  1: 'Encoding and Sanitization',
  2: 'Validation and Business Logic',
  3: 'Web Frontend Security',
  4: 'API and Web Service',
  5: 'File Handling',
  6: 'Authentication',
  7: 'Session Management',
  8: 'Authorization',
  9: 'Self-contained Tokens',
  10: 'OAuth and OIDC',
  11: 'Cryptography',
  12: 'Secure Communication',
  13: 'Configuration',
  14: 'Data Protection',
  15: 'Secure Coding and Architecture',
  16: 'Security Logging and Error Handling',
  17: 'WebRTC',
}

const NO_UPLOADS = 'the application accepts no files; every form refuses them'
const NO_GRAPHQL = 'there is no GraphQL'
const NO_WEBSOCKETS = 'there are no WebSockets'
const NO_HTTP2 = 'the server speaks HTTP/1.1; a proxy terminates HTTP/2'
const NO_IDENTITY_PROVIDER = 'there is no sign-in with an identity provider'
const NO_OAUTH = 'the application is not an OAuth client, resource server, authorization server, or OpenID provider'
const NO_WEBRTC = 'there is no WebRTC'
const MEMORY_SAFE = 'JavaScript manages memory, and the repository contains no native code'
const PROXY_ENDS_TLS = 'a proxy terminates TLS from browsers, and the operator configures it'
const ONE_PROCESS = 'the application is one service, without internal services to talk to'

/** In the order of the standard. @type {Record<string, Requirement>} */
export const REQUIREMENTS = {
  // 1.1 Encoding and Sanitization Architecture
  '1.1.1': { level: 2, reading: 'Next decodes a path or a form once. A value is never decoded again after it was checked.' },
  '1.1.2': { level: 2, reading: 'The library that writes HTML, mail, CSV, or a log line also escapes the values in it.' },
  // 1.2 Injection Prevention
  '1.2.1': { level: 1, reading: 'A name that contains markup is shown as typed, in pages, headers, and mail.' },
  '1.2.2': { level: 1, reading: 'User input is percent-encoded in URLs, and never chooses the scheme of a link or redirect.' },
  '1.2.3': { level: 1, reading: 'Data in inline scripts and RSC payloads cannot end the script or add code.' },
  '1.2.4': { level: 1, reading: 'Values reach PostgreSQL as parameters, in Prisma and in raw SQL.' },
  '1.2.5': { level: 1, reading: 'The server does not run other programs.' },
  '1.2.6': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.7': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.8': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.9': { level: 2, reading: 'No regular expression or LIKE pattern is built from input without escaping.' },
  '1.2.10': { level: 3, reading: 'A CSV cell is quoted, and one that starts like a formula gets an apostrophe.' },
  // 1.3 Sanitization
  '1.3.1': { level: 1, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.2': { level: 1, reading: 'No code evaluates strings, and the Content-Security-Policy forbids it.' },
  '1.3.3': { level: 2, reading: 'Control, invisible, and direction-changing characters are rejected, and lengths are limited.' },
  '1.3.4': { level: 2, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.5': { level: 2, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.6': { level: 2, reading: 'The server requests no URL that a user can influence; the image optimizer is off.' },
  '1.3.7': { level: 2, reading: 'Pages and mail are components. User input is a value in them, and never part of a template.' },
  '1.3.8': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.3.9': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.3.10': { level: 2, notApplicable: 'JavaScript has no unsafe format strings, and log messages are constants' },
  '1.3.11': { level: 2, reading: 'A line break in an address or a name adds no header and no recipient to a mail.' },
  '1.3.12': {
    level: 3,
    reading: 'No pattern takes exponential time.',
    open: 'Lengths are checked before patterns are matched, but no tool analyzes the patterns.',
  },
  // 1.4 Memory, String, and Unmanaged Code
  '1.4.1': { level: 2, notApplicable: MEMORY_SAFE },
  '1.4.2': { level: 2, reading: 'Numbers from input have a range that fits their column.' },
  '1.4.3': { level: 2, notApplicable: MEMORY_SAFE },
  // 1.5 Safe Deserialization
  '1.5.1': { level: 1, notApplicable: 'nothing parses XML' },
  '1.5.2': { level: 2, reading: "The middleware checks the shape of a server action's arguments before Next deserializes them." },
  '1.5.3': { level: 3, reading: 'A redirect path is checked as a browser resolves it, and once more after that.' },

  // 2.1 Validation and Business Logic Documentation
  '2.1.1': { level: 1, reading: 'The format of each field is documented.', shownBy: '[Public contract](guide/contract.md#rules)' },
  '2.1.2': { level: 2, reading: 'Rules across fields are documented.', shownBy: '[Public contract](guide/contract.md#rules)' },
  '2.1.3': {
    level: 2,
    reading: 'Limits by user, account, and address are documented.',
    shownBy: '[Rate limits](guide/limits.md), [public contract](guide/contract.md#rules)',
  },
  // 2.2 Input Validation
  '2.2.1': { level: 1, reading: 'A schema with the allowed values parses all input.' },
  '2.2.2': { level: 1, reading: 'The server checks every field, even if the browser has checked it.' },
  '2.2.3': { level: 2, reading: 'Fields that depend on each other are checked together, such as a password and the email.' },
  // 2.3 Business Logic Security
  '2.3.1': { level: 1, reading: 'No step of a registration, reset, or invitation can be skipped or repeated.' },
  '2.3.2': { level: 2, reading: 'Each documented limit holds: the last allowed request succeeds, and the next one is rejected.' },
  '2.3.3': { level: 2, reading: 'Each operation is one transaction, with its audit event and its mail.' },
  '2.3.4': { level: 2, reading: 'If several requests compete for one name, link, or session, one succeeds.' },
  '2.3.5': { level: 3, reading: 'Ownership passes only if the owner offers it and the member accepts.' },
  // 2.4 Anti-automation
  '2.4.1': { level: 2, reading: 'Sign-in attempts, mail, exports, and other expensive operations are limited.' },
  '2.4.2': {
    level: 3,
    reading: 'Forms that are submitted faster than a person can type are rejected.',
    open: 'Customers may use scripts here, so rates are limited instead of timing.',
  },

  // 3.1 Web Frontend Security Documentation
  '3.1.1': {
    level: 3,
    reading: 'The documentation says which security features a browser must support.',
    shownBy: '[Security reference](guide/security-reference.md#browsers)',
  },
  // 3.2 Unintended Content Interpretation
  '3.2.1': { level: 1, reading: 'Exports are attachments, and browsers render no response as another content type.' },
  '3.2.2': { level: 1, reading: 'React escapes text, and no code sets HTML from a string.' },
  '3.2.3': {
    level: 3,
    reading: 'An element whose name equals a variable changes no behavior (DOM clobbering).',
    open: 'Client code finds elements through React references, and no field accepts HTML, but no test plants such an element.',
  },
  // 3.3 Cookie Setup
  '3.3.1': { level: 1, reading: 'With https, every cookie is Secure and has the `__Host-` prefix.' },
  '3.3.2': { level: 2, reading: 'Every cookie is SameSite=Lax.' },
  '3.3.3': { level: 2, reading: 'With https, every cookie is bound to this host by its `__Host-` prefix.' },
  '3.3.4': { level: 2, reading: 'Every cookie is HttpOnly, and no page contains the value of a cookie.' },
  '3.3.5': { level: 3, reading: 'No cookie is larger than the 4 kB that a browser stores.' },
  // 3.4 Browser Security Mechanism Headers
  '3.4.1': { level: 1, reading: 'With https, every response has Strict-Transport-Security for two years, subdomains included.' },
  '3.4.2': { level: 1, reading: 'No response allows another origin to read it.' },
  '3.4.3': { level: 2, reading: 'Every response has a Content-Security-Policy with a new nonce, which scripts need.' },
  '3.4.4': { level: 2, reading: 'Every response has X-Content-Type-Options: nosniff.' },
  '3.4.5': { level: 2, reading: 'Every response has a Referrer-Policy that hides paths from other sites.' },
  '3.4.6': { level: 2, reading: "Every response has frame-ancestors 'none'." },
  '3.4.7': {
    level: 3,
    reading: 'The Content-Security-Policy names a URL for violation reports.',
    open: 'The application collects no reports. Browser tests fail if a page violates its policy.',
  },
  '3.4.8': { level: 3, reading: 'Every response has Cross-Origin-Opener-Policy: same-origin.' },
  // 3.5 Browser Origin Separation
  '3.5.1': {
    level: 1,
    reading: 'Every handler that changes something checks Sec-Fetch-Site or Origin, and rejects a request with neither.',
  },
  '3.5.2': { level: 1, notApplicable: 'nothing relies on CORS preflights; 3.5.1 covers every request' },
  '3.5.3': { level: 1, reading: 'GET, HEAD, and OPTIONS change nothing, and requests from other sites write no audit event.' },
  '3.5.4': { level: 2, notApplicable: 'there is one application on one host name' },
  '3.5.5': { level: 2, notApplicable: 'pages receive no messages from other origins; tabs of this origin use a BroadcastChannel' },
  '3.5.6': { level: 3, reading: 'No response supports JSONP.' },
  '3.5.7': { level: 3, reading: 'Script files are the same for everyone and contain no data.' },
  '3.5.8': { level: 3, reading: 'Other sites can neither embed nor load responses that depend on a session.' },
  // 3.6 External Resource Integrity
  '3.6.1': { level: 3, reading: 'Scripts, styles, and fonts come only from this origin.' },
  // 3.7 Other Browser Security Considerations
  '3.7.1': { level: 2, reading: "Pages need no plug-ins, and object-src 'none' forbids them." },
  '3.7.2': { level: 2, reading: 'Every redirect stays on this origin, as browsers resolve it.' },
  '3.7.3': { level: 3, notApplicable: 'no redirect leads to another site' },
  '3.7.4': { level: 3, notApplicable: 'the domain belongs to the operator, who can submit it to the preload list' },
  '3.7.5': { level: 3, reading: 'A browser that sends neither Sec-Fetch-Site nor Origin can read pages but not change anything.' },

  // 4.1 Generic Web Service Security
  '4.1.1': { level: 1, reading: 'Every response names its content type, and text responses their charset.' },
  '4.1.2': { level: 2, notApplicable: 'the server does not redirect http to https; a proxy may' },
  '4.1.3': { level: 2, reading: 'The server trusts no forwarded header except the address that its trusted proxies appended.' },
  '4.1.4': { level: 3, reading: 'A method that a route does not support has no effect.' },
  '4.1.5': { level: 3, reading: 'Webhooks are accepted only with a signature over their raw body.' },
  // 4.2 HTTP Message Structure Validation
  '4.2.1': { level: 2, reading: 'A request with an ambiguous length is rejected.' },
  '4.2.2': {
    level: 3,
    reading: 'The declared length of a response is correct.',
    shownBy: "Node's HTTP server frames responses, and no code sets Content-Length",
  },
  '4.2.3': { level: 3, notApplicable: NO_HTTP2 },
  '4.2.4': { level: 3, notApplicable: NO_HTTP2 },
  '4.2.5': { level: 3, reading: 'Requests that the server makes have a fixed length.' },
  // 4.3 GraphQL
  '4.3.1': { level: 2, notApplicable: NO_GRAPHQL },
  '4.3.2': { level: 2, notApplicable: NO_GRAPHQL },
  // 4.4 WebSocket
  '4.4.1': { level: 1, notApplicable: NO_WEBSOCKETS },
  '4.4.2': { level: 2, notApplicable: NO_WEBSOCKETS },
  '4.4.3': { level: 2, notApplicable: NO_WEBSOCKETS },
  '4.4.4': { level: 2, notApplicable: NO_WEBSOCKETS },

  // 5.1 File Handling Documentation
  '5.1.1': { level: 2, notApplicable: NO_UPLOADS },
  // 5.2 File Upload and Content
  '5.2.1': { level: 1, notApplicable: NO_UPLOADS },
  '5.2.2': { level: 1, notApplicable: NO_UPLOADS },
  '5.2.3': { level: 2, notApplicable: NO_UPLOADS },
  '5.2.4': { level: 3, notApplicable: NO_UPLOADS },
  '5.2.5': { level: 3, notApplicable: NO_UPLOADS },
  '5.2.6': { level: 3, notApplicable: NO_UPLOADS },
  // 5.3 File Storage
  '5.3.1': { level: 1, notApplicable: NO_UPLOADS },
  '5.3.2': { level: 1, reading: 'No file path contains input, except an id in a checked format.' },
  '5.3.3': { level: 3, notApplicable: NO_UPLOADS },
  // 5.4 File Download
  '5.4.1': { level: 2, reading: 'The server chooses the name of every download.' },
  '5.4.2': { level: 2, reading: 'The file name of a download contains only characters that need no quoting.' },
  '5.4.3': { level: 2, notApplicable: NO_UPLOADS },

  // 6.1 Authentication Documentation
  '6.1.1': {
    level: 1,
    reading: 'The documentation says how guessing is slowed, and how users can still sign in.',
    shownBy: '[Rate limits](guide/limits.md), [the decision](decisions/2026-11-24-guessing.md)',
  },
  '6.1.2': {
    level: 2,
    reading: 'The documentation lists the words that make a password too easy to guess.',
    shownBy: '[Public contract](guide/contract.md#rules)',
  },
  '6.1.3': {
    level: 2,
    reading: 'All ways to sign in are documented together.',
    shownBy: '[Security reference](guide/security-reference.md#ways-to-sign-in)',
  },
  // 6.2 Password Security
  '6.2.1': { level: 1, reading: 'A password has at least 8 characters; a setting raises the minimum.' },
  '6.2.2': { level: 1, reading: 'Users can change their password.' },
  '6.2.3': { level: 1, reading: 'Changing the password requires the current one.' },
  '6.2.4': { level: 1, reading: 'Common passwords are rejected at registration, change, and reset.' },
  '6.2.5': { level: 1, reading: 'Passwords may contain any characters, and no kind of character is required.' },
  '6.2.6': { level: 1, reading: 'Password fields are masked, and a button shows the characters.' },
  '6.2.7': { level: 1, reading: 'Password fields allow pasting, and tell password managers what they contain.' },
  '6.2.8': {
    level: 1,
    reading:
      'Every character of a password counts, with its case. Only Unicode forms of the same character are equal, as NIST SP 800-63B requires.',
  },
  '6.2.9': { level: 2, reading: 'A password may have 256 characters.' },
  '6.2.10': {
    level: 2,
    reading: 'Passwords do not expire.',
    shownBy: 'No column stores the age of a password: [schema](../prisma/schema.prisma)',
  },
  '6.2.11': {
    level: 2,
    reading: "Passwords that are easy to guess from the email, the names of the user and the account, or the product's name are rejected.",
  },
  '6.2.12': { level: 2, reading: 'The 100,000 most common breached passwords are rejected, and `HIBP=on` checks a larger list.' },
  // 6.3 General Authentication Security
  '6.3.1': { level: 1, reading: 'Guesses are counted and delayed, one by one and in parallel, with the form and the endpoint.' },
  '6.3.2': { level: 1, reading: 'A new database has no users, and production rejects demo data.' },
  '6.3.3': {
    level: 2,
    reading: 'A user with a second factor signs in with two factors: a session without the second has access to nothing.',
  },
  '6.3.4': { level: 2, reading: 'Every way to sign in is documented and has the same limits.' },
  '6.3.5': { level: 3, reading: 'A sign-in from a new browser is reported by email.' },
  '6.3.6': {
    level: 3,
    reading: 'Email is not used as a factor.',
    open: 'Users can sign in with an emailed link, unless `EMAIL_SIGN_IN=off`.',
  },
  '6.3.7': { level: 3, reading: 'A new password or email is reported by email, to the old address too.' },
  '6.3.8': {
    level: 3,
    reading: 'Signing in, resetting a password, and registering with `SIGN_UP=verify` give the same answer for every email.',
  },
  // 6.4 Authentication Factor Lifecycle and Recovery
  '6.4.1': { level: 1, reading: 'Links that confirm or invite are random, expire, and work once; the user chooses the password.' },
  '6.4.2': {
    level: 1,
    reading: 'There are no password hints or secret questions.',
    shownBy: '[The list of forms](guide/contract.md#forms)',
  },
  '6.4.3': { level: 2, reading: 'A forgotten password is reset by an emailed link, which ends all earlier access.' },
  '6.4.4': {
    level: 2,
    reading: 'A recovery code replaces a lost factor. A password reset by email asks for a factor if the user has one.',
  },
  '6.4.5': { level: 3, notApplicable: 'authentication factors do not expire' },
  '6.4.6': { level: 3, notApplicable: 'owners of accounts cannot change how members sign in' },
  // 6.5 General Multi-factor authentication requirements
  '6.5.1': { level: 2, reading: 'A sign-in link and its code, an authenticator app code, and a recovery code each work once.' },
  '6.5.2': {
    level: 2,
    reading: 'Tokens of links (256 random bits) and recovery codes (140) are stored as SHA-256; other codes are not stored.',
  },
  '6.5.3': { level: 2, reading: 'Tokens come from a cryptographic generator, and codes from a keyed hash of them.' },
  '6.5.4': { level: 2, reading: 'A code has six digits.' },
  '6.5.5': {
    level: 2,
    reading: 'A sign-in link and its code expire within ten minutes.',
    open: 'They expire after 15 minutes, because email can be slow. Until then they work once, in the browser that requested them, and a code has five tries.',
  },
  '6.5.6': {
    level: 3,
    reading: 'A user can revoke a lost or stolen factor: remove it, reset the password, or undo a change of email.',
  },
  '6.5.7': { level: 3, notApplicable: 'biometrics stay in the authenticator' },
  '6.5.8': { level: 3, reading: 'Authenticator app codes are checked against the clock of the database.' },
  // 6.6 Out-of-Band authentication mechanisms
  '6.6.1': { level: 2, notApplicable: 'no codes are sent by phone' },
  '6.6.2': { level: 2, reading: 'A sign-in link and its code sign in only the browser that requested them.' },
  '6.6.3': { level: 2, reading: 'A code allows five attempts, even in parallel, and wrong codes are also counted per user.' },
  '6.6.4': { level: 3, notApplicable: 'there are no push notifications' },
  // 6.7 Cryptographic authentication mechanism
  '6.7.1': { level: 3, notApplicable: 'no certificates are used' },
  '6.7.2': {
    level: 3,
    reading: 'A passkey challenge has 256 random bits, and works once, within five minutes, in the browser that requested it.',
  },
  // 6.8 Authentication with an Identity Provider
  '6.8.1': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  '6.8.2': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  '6.8.3': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  '6.8.4': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },

  // 7.1 Session Management Documentation
  '7.1.1': {
    level: 2,
    reading: 'The lifetimes of sessions are documented, with reasons.',
    shownBy: '[Security reference](guide/security-reference.md#sessions)',
  },
  '7.1.2': {
    level: 2,
    reading: 'A user has at most 100 sessions. The documentation says what happens to further ones.',
    shownBy: '[Security reference](guide/security-reference.md#sessions)',
  },
  '7.1.3': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  // 7.2 Fundamental Session Management Security
  '7.2.1': { level: 1, reading: 'The server checks the session in the database. A cookie proves nothing by itself.' },
  '7.2.2': { level: 1, reading: 'Every session has its own id, and no static key or secret can replace it.' },
  '7.2.3': { level: 1, reading: 'A session id has 256 random bits.' },
  '7.2.4': { level: 1, reading: 'Signing in, re-entering the password, and changing it each create a new session id and end the old one.' },
  // 7.3 Session Timeout
  '7.3.1': { level: 2, reading: 'A session ends after 12 hours without use, or 14 days if remembered.' },
  '7.3.2': { level: 2, reading: 'A session ends after 7 days, or 60 if remembered.' },
  // 7.4 Session Termination
  '7.4.1': { level: 1, reading: 'Every part of the application rejects an ended or expired session at its next request.' },
  '7.4.2': { level: 1, reading: 'Deleting a user ends their sessions, and removing a member their access.' },
  '7.4.3': { level: 2, reading: 'A new password ends all other sessions.' },
  '7.4.4': { level: 2, reading: 'Every private page has "Sign out".' },
  '7.4.5': {
    level: 2,
    reading: 'An operator can end the sessions of a user, or all of them, at once.',
    shownBy: '[Security reference](guide/security-reference.md#sessions)',
  },
  // 7.5 Defenses Against Session Abuse
  '7.5.1': { level: 2, reading: 'Changing the email or the password requires the password again.' },
  '7.5.2': { level: 2, reading: 'Users see their sessions, and can end one or all others after entering their password.' },
  '7.5.3': { level: 3, reading: 'Exporting, deleting, and transferring ownership require a recently entered password.' },
  // 7.6 Federated Re-authentication
  '7.6.1': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  '7.6.2': { level: 2, reading: 'Opening a link starts no session. Its button does.' },

  // 8.1 Authorization Documentation
  '8.1.1': { level: 1, reading: 'The permissions are documented, generated from the policy.', shownBy: '[Permissions](permissions.md)' },
  '8.1.2': {
    level: 2,
    reading: 'The documentation lists the fields of other users that each role sees.',
    shownBy: '[Security reference](guide/security-reference.md#data)',
  },
  '8.1.3': {
    level: 3,
    reading: 'The documentation says how the browser and the client address affect sign-in.',
    shownBy: '[Rate limits](guide/limits.md#known-browsers)',
  },
  '8.1.4': {
    level: 3,
    reading: 'The documentation says how an unknown browser or address is treated.',
    shownBy: '[Rate limits](guide/limits.md#known-browsers)',
  },
  // 8.2 General Authorization Design
  '8.2.1': { level: 1, reading: 'Every page, handler, and action requires its permission.' },
  '8.2.2': { level: 1, reading: "Ids of another account's rows and another user's sessions have no effect." },
  '8.2.3': { level: 2, reading: 'A page contains only the fields that it shows.' },
  '8.2.4': { level: 3, reading: 'A new browser waits longer after failed attempts, and is reported by email.' },
  // 8.3 Operation Level Authorization
  '8.3.1': { level: 1, reading: 'The domain function checks the permission, no matter which page or form calls it.' },
  '8.3.2': { level: 3, reading: 'A new role takes effect at the next request, and in transactions that waited for the change.' },
  '8.3.3': { level: 3, reading: 'The database knows the account or user that each statement runs for.' },
  // 8.4 Other Authorization Considerations
  '8.4.1': {
    level: 2,
    reading:
      'Row-level security isolates accounts, under a role that cannot bypass it. A foreign id gets the same answer as an unknown one.',
  },
  '8.4.2': { level: 3, notApplicable: 'there is no interface for administrators of the service' },

  // 9.1 Token source and integrity
  '9.1.1': { level: 1, reading: 'A session cookie that was changed, or encrypted with another secret, is ignored.' },
  '9.1.2': { level: 1, reading: 'Session cookies use one encryption algorithm. Unsigned and signed tokens are ignored.' },
  '9.1.3': { level: 1, reading: 'The keys of cookies come from settings, never from the cookie.' },
  // 9.2 Token content
  '9.2.1': { level: 1, reading: 'An expired cookie is ignored, even if its session is active.' },
  '9.2.2': { level: 2, reading: 'A cookie or a link for one purpose is rejected for every other.' },
  '9.2.3': { level: 2, reading: 'The key of a cookie depends on its name.' },
  '9.2.4': { level: 2, notApplicable: 'cookies are issued only for this application' },

  // 10 OAuth and OIDC
  ...notApplicable(NO_OAUTH, {
    2: ['10.1.1', '10.1.2', '10.2.1', '10.2.2'],
    3: ['10.2.3'],
  }),
  ...notApplicable(NO_OAUTH, { 2: ['10.3.1', '10.3.2', '10.3.3', '10.3.4'], 3: ['10.3.5'] }),
  ...notApplicable(NO_OAUTH, {
    1: ['10.4.1', '10.4.2', '10.4.3', '10.4.4', '10.4.5'],
    2: ['10.4.6', '10.4.7', '10.4.8', '10.4.9', '10.4.10', '10.4.11'],
    3: ['10.4.12', '10.4.13', '10.4.14', '10.4.15', '10.4.16'],
  }),
  ...notApplicable(NO_OAUTH, {
    2: ['10.5.1', '10.5.2', '10.5.3', '10.5.4', '10.5.5', '10.6.1', '10.6.2', '10.7.1', '10.7.2', '10.7.3'],
  }),

  // 11.1 Cryptographic Inventory and Documentation
  '11.1.1': {
    level: 2,
    reading: 'How keys are generated, stored, and replaced is documented.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.1.2': {
    level: 2,
    reading: 'Keys and algorithms are listed, with what they protect.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.1.3': { level: 3, reading: 'A test finds every use of cryptography in the code, and fails if one is not in its list.' },
  '11.1.4': {
    level: 3,
    reading: 'There is a plan to migrate to new algorithms.',
    open: 'Password hashes and keys can be replaced step by step, but there is no plan for post-quantum algorithms, which TLS needs first.',
  },
  // 11.2 Secure Cryptography Implementation
  '11.2.1': { level: 2, reading: 'Cryptography comes from Node, jose, bcrypt packages, otplib, and SimpleWebAuthn. None is our own.' },
  '11.2.2': { level: 2, reading: 'Sign-in renews a password hash if the cost or key has changed, and keys can be replaced one by one.' },
  '11.2.3': {
    level: 2,
    reading: 'Every key, hash, and secret has 128 bits of security or more.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.2.4': {
    level: 3,
    reading: 'Secrets are compared in constant time, or looked up by their hash.',
    open: 'bcrypt compares in constant time, and other secrets are looked up by their hash, but no test measures it.',
  },
  '11.2.5': { level: 3, reading: 'Values that cannot be decrypted or verified get the same answer, whatever the reason.' },
  // 11.3 Encryption Algorithms
  '11.3.1': { level: 1, reading: 'The only cipher that our code names is AES-256-GCM.' },
  '11.3.2': { level: 1, reading: 'The only cipher that our code names is AES-256-GCM.' },
  '11.3.3': { level: 2, reading: 'A ciphertext that was changed or moved to another email is rejected.' },
  '11.3.4': { level: 3, reading: 'Every encryption has a fresh random nonce.' },
  '11.3.5': {
    level: 3,
    reading: 'Encryption with a separate MAC is encrypt-then-MAC.',
    shownBy: "A256CBC-HS512 of Auth.js's cookies is (RFC 7518 section 5.2.2.1)",
  },
  // 11.4 Hashing and Hash-based Functions
  '11.4.1': {
    level: 1,
    reading: 'Hashes are SHA-256 or SHA-384. SHA-1 is used only for authenticator app codes (RFC 6238) and to query breached passwords.',
  },
  '11.4.2': { level: 2, reading: 'Passwords are stored as bcrypt hashes with cost 12, over a keyed hash.' },
  '11.4.3': { level: 2, reading: 'The hash chain of the audit trail uses SHA-256.' },
  '11.4.4': { level: 2, notApplicable: 'no key is derived from a password' },
  // 11.5 Random Values
  '11.5.1': {
    level: 2,
    reading: 'Secrets have at least 128 random bits from a cryptographic generator.',
  },
  '11.5.2': {
    level: 3,
    reading: 'The random number generator works under load.',
    shownBy: "Node's generator is OpenSSL's, which reseeds itself",
  },
  // 11.6 Public Key Cryptography
  '11.6.1': {
    level: 2,
    reading: 'Passkeys are verified with approved signature algorithms.',
    shownBy: 'SimpleWebAuthn, with its default algorithms: [security reference](guide/security-reference.md#cryptography)',
  },
  '11.6.2': { level: 3, notApplicable: 'there is no key exchange outside of TLS' },
  // 11.7 In-Use Data Cryptography
  '11.7.1': { level: 3, notApplicable: 'the operator chooses the machine' },
  '11.7.2': { level: 3, reading: 'Secrets are in memory no longer than a request needs them.', open: 'JavaScript cannot erase a string.' },

  // 12.1 General TLS Security Guidance
  '12.1.1': { level: 1, notApplicable: PROXY_ENDS_TLS },
  '12.1.2': { level: 2, notApplicable: PROXY_ENDS_TLS },
  '12.1.3': { level: 2, notApplicable: 'no client certificate authenticates anyone' },
  '12.1.4': { level: 3, notApplicable: PROXY_ENDS_TLS },
  '12.1.5': { level: 3, notApplicable: PROXY_ENDS_TLS },
  // 12.2 HTTPS Communication with External Facing Services
  '12.2.1': { level: 1, reading: 'A production server does not start with an http origin, and HSTS keeps browsers on https.' },
  '12.2.2': { level: 1, notApplicable: PROXY_ENDS_TLS },
  // 12.3 General Service to Service Communication Security
  '12.3.1': {
    level: 2,
    reading:
      'A server does not start if the connection to a remote database lacks TLS, and sends no mail to a remote server without it. A setting for trusted networks turns either check off.',
  },
  '12.3.2': { level: 2, reading: "The mail server's and the database's certificates are verified." },
  '12.3.3': { level: 2, notApplicable: ONE_PROCESS },
  '12.3.4': {
    level: 2,
    reading: 'A private CA is trusted only if it is configured.',
    shownBy: '`sslrootcert` in `DATABASE_URL`, or `NODE_EXTRA_CA_CERTS`: [security reference](guide/security-reference.md#connections)',
  },
  '12.3.5': { level: 3, notApplicable: ONE_PROCESS },

  // 13.1 Configuration Documentation
  '13.1.1': {
    level: 2,
    reading: 'All connections to other systems are listed.',
    shownBy: '[Security reference](guide/security-reference.md#connections)',
  },
  '13.1.2': {
    level: 3,
    reading: 'The documentation says how many connections there are, and what happens when all are in use.',
    shownBy: '[Security reference](guide/security-reference.md#connections)',
  },
  '13.1.3': {
    level: 3,
    reading: 'Time limits and retries are documented.',
    shownBy: '[Security reference](guide/security-reference.md#connections)',
  },
  '13.1.4': {
    level: 3,
    reading: 'The documentation lists the secrets, and when to replace them.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  // 13.2 Backend Communication Configuration
  '13.2.1': {
    level: 2,
    reading: 'Server and database authenticate each other with short-lived credentials.',
    open: 'Each role has its own credential, but it is a password in a URL. Platforms with short-lived credentials can set the URL at each start, and the URL can name a client certificate.',
  },
  '13.2.2': { level: 2, reading: 'The server’s role owns nothing, cannot bypass row-level security, and cannot migrate.' },
  '13.2.3': { level: 2, reading: 'There is no default secret. The server does not start without its own.' },
  '13.2.4': {
    level: 2,
    reading: 'Only the database, the mail server, the list of breached passwords, and a telemetry collector are contacted.',
  },
  '13.2.5': { level: 2, reading: 'The server requests no URLs for clients, and the image optimizer is off.' },
  '13.2.6': { level: 3, reading: 'Pools, timeouts, and retries behave as documented.' },
  // 13.3 Secret Management
  '13.3.1': {
    level: 2,
    reading: 'Secrets come from the environment, which a vault can set. The source and the build contain none.',
    shownBy: '[Settings](../README.md#settings)',
  },
  '13.3.2': { level: 2, reading: 'The server does not need the credential of the owner role, and never prints a secret.' },
  '13.3.3': { level: 3, reading: 'Keys never leave a hardware module.', open: 'The server keeps keys in memory.' },
  '13.3.4': { level: 3, reading: 'Secrets expire.', open: 'Secrets can be replaced without signing users out, but nothing enforces it.' },
  // 13.4 Unintended Information Leakage
  '13.4.1': { level: 1, reading: 'No request reaches source control data.' },
  '13.4.2': { level: 2, reading: 'Development features, such as the mailbox, do not exist in production.' },
  '13.4.3': { level: 2, reading: 'No directory is listed.' },
  '13.4.4': { level: 2, reading: 'TRACE echoes nothing.' },
  '13.4.5': { level: 2, reading: 'The only monitoring endpoints are the health checks, which say only whether each check passes.' },
  '13.4.6': { level: 3, reading: 'No response names a version.' },
  '13.4.7': { level: 3, reading: 'Only built assets are served as files.' },

  // 14.1 Data Protection Documentation
  '14.1.1': {
    level: 2,
    reading: 'Sensitive data is listed and classified.',
    shownBy: '[Security reference](guide/security-reference.md#data)',
  },
  '14.1.2': {
    level: 2,
    reading: 'Each class says how its data is stored, logged, and deleted.',
    shownBy: '[Security reference](guide/security-reference.md#data)',
  },
  // 14.2 General Data Protection
  '14.2.1': { level: 1, reading: 'URLs contain no passwords or session ids, and the token of a link leaves the URL at once.' },
  '14.2.2': { level: 2, reading: 'No cache serves one user’s response to another.' },
  '14.2.3': { level: 2, reading: 'Pages and mail load nothing from third parties.' },
  '14.2.4': { level: 2, reading: 'Secrets are hashed or encrypted at rest and never logged, as documented.' },
  '14.2.5': { level: 3, reading: 'A private page is not cached, even if its URL looks like a static file.' },
  '14.2.6': { level: 3, reading: 'Users see the emails of people who share an account with them, and no page shows a secret.' },
  '14.2.7': { level: 3, reading: 'Expired sessions, links, counters, and accounts are deleted on schedule.' },
  '14.2.8': { level: 3, notApplicable: NO_UPLOADS },
  // 14.3 Client-side Data Protection
  '14.3.1': { level: 1, reading: 'After signing out, the back button and other tabs show nothing private.' },
  '14.3.2': { level: 2, reading: 'Pages below /private and pages of emailed links are sent with Cache-Control: no-store.' },
  '14.3.3': { level: 2, reading: 'No data is stored in the browser, except in cookies and a setting for shortcuts.' },

  // 15.1 Secure Coding and Architecture Documentation
  '15.1.1': { level: 1, reading: 'How fast vulnerable packages are updated is documented.', shownBy: '[Security policy](../SECURITY.md)' },
  '15.1.2': {
    level: 2,
    reading: 'Every build lists its packages.',
    shownBy: 'package-lock.json, and the CycloneDX list that `npm run build` writes: [security policy](../SECURITY.md#dependencies)',
  },
  '15.1.3': {
    level: 2,
    reading: 'The documentation lists expensive operations and their limits.',
    shownBy: '[Rate limits](guide/limits.md), [passwords](decisions/2026-11-23-passwords.md)',
  },
  '15.1.4': {
    level: 3,
    reading: 'The documentation names risky packages.',
    shownBy: '[Why Auth.js is behind a seam](decisions/2026-11-23-authjs-seam.md)',
  },
  '15.1.5': {
    level: 3,
    reading: 'Dangerous functions are listed.',
    shownBy: 'The list in [dangerous-functions](../tests/unit/dangerous-functions.test.ts)',
  },
  // 15.2 Security Architecture and Dependencies
  '15.2.1': {
    level: 1,
    reading: 'No package has a known vulnerability for longer than documented.',
    shownBy: 'The daily [audit](../.github/workflows/audit.yml)',
  },
  '15.2.2': { level: 2, reading: 'Hashing, exports, and mail are limited and queued, so that pages still answer.' },
  '15.2.3': { level: 2, reading: 'The build serves only what the registry lists, and no development features.' },
  '15.2.4': {
    level: 3,
    reading: 'Packages come from the npm registry, with the hash in the lock file.',
    shownBy: '`npm ci` with package-lock.json, in [CI](../.github/workflows/ci.yml)',
  },
  '15.2.5': {
    level: 3,
    reading: 'Risky code runs in isolation.',
    open: 'Hashing runs in worker threads, and the database restricts the server, but packages run without a sandbox.',
  },
  // 15.3 Defensive Coding
  '15.3.1': { level: 1, reading: 'Responses contain selected fields, and queries omit password hashes by default.' },
  '15.3.2': { level: 2, reading: 'The request to the list of breached passwords follows no redirect.' },
  '15.3.3': { level: 2, reading: 'A field that the form does not have is ignored.' },
  '15.3.4': {
    level: 2,
    reading: 'Limits and logs use the same client address: the one before the trusted proxies, counted from the right.',
  },
  '15.3.5': { level: 2, reading: 'A list, a file, or an object instead of text is rejected.' },
  '15.3.6': { level: 2, reading: 'A field named `__proto__` or `constructor` is a field like any other.' },
  '15.3.7': { level: 2, reading: 'A field that is sent twice is rejected.' },
  // 15.4 Safe Concurrency
  '15.4.1': { level: 3, reading: 'Parallel requests share connections and caches, but no data.' },
  '15.4.2': { level: 3, reading: 'A role is read again under a lock before it is checked.' },
  '15.4.3': { level: 3, reading: 'Locks are taken in a fixed order, which prevents deadlocks.' },
  '15.4.4': { level: 3, reading: 'No user can block the queues that others need.' },

  // 16.1 Security Logging Documentation
  '16.1.1': {
    level: 2,
    reading: 'The documentation says what is logged, where, and for how long.',
    shownBy: '[Audit trail](guide/audit.md), [security reference](guide/security-reference.md#logs)',
  },
  // 16.2 General Logging
  '16.2.1': { level: 2, reading: 'Every event has a time, an actor, an action, and a client address.' },
  '16.2.2': { level: 2, reading: "Times are in UTC, and events use the database's clock." },
  '16.2.3': { level: 2, reading: 'Logs go to standard output and nowhere else.' },
  '16.2.4': { level: 2, reading: 'Every log line is one JSON object.' },
  '16.2.5': { level: 2, reading: 'No log line contains a password, token, cookie, or secret.' },
  // 16.3 Security Events
  '16.3.1': { level: 2, reading: 'Every sign-in, failed sign-in, and sign-out is in the log and the audit trail.' },
  '16.3.2': { level: 2, reading: 'Every denied access is logged.' },
  '16.3.3': { level: 2, reading: 'Every rejection by a limit or origin check, and every change of security settings, is logged.' },
  '16.3.4': { level: 2, reading: 'Unexpected errors are logged, including those in work after the response.' },
  // 16.4 Log Protection
  '16.4.1': { level: 2, reading: 'A line break in a name cannot forge a log line.' },
  '16.4.2': { level: 2, reading: 'The server can only append to the audit trail. A hash chain reveals other changes.' },
  '16.4.3': {
    level: 2,
    reading: 'Logs are sent to a separate system.',
    open: 'The server writes to standard output, and the operator sends the log elsewhere.',
  },
  // 16.5 Error Handling
  '16.5.1': { level: 2, reading: 'An error page shows a reference, and no internals.' },
  '16.5.2': {
    level: 2,
    reading: 'If the database, the mail server, or the list of breached passwords is unavailable, the rest still works.',
  },
  '16.5.3': { level: 2, reading: 'A failed operation changes nothing and grants nothing.' },
  '16.5.4': { level: 3, reading: 'An uncaught error is logged, and does not end the process.' },

  // 17 WebRTC
  ...notApplicable(NO_WEBRTC, {
    2: ['17.1.1', '17.2.1', '17.2.2', '17.2.3', '17.2.4', '17.3.1', '17.3.2'],
    3: ['17.1.2', '17.2.5', '17.2.6', '17.2.7', '17.2.8'],
  }),
}

/** Returns the requirements of a section that does not apply. @param {string} reason @param {Record<string, string[]>} levels @returns {Record<string, Requirement>} */
function notApplicable(reason, levels) {
  return Object.fromEntries(
    Object.entries(levels).flatMap(([level, ids]) =>
      ids.map((id) => [id, { level: /** @type {1 | 2 | 3} */ (Number(level)), notApplicable: reason }]),
    ),
  )
}
