// Every requirement of OWASP ASVS 5.0.0, by its number. `npm run docs:asvs` joins them with the tests that name them.

/**
 * @typedef {object} Requirement
 * @property {1 | 2 | 3} level
 * @property {string} [reading] what it asks of this application, in one line
 * @property {string} [shownBy] what shows it besides tests: a document, a check, or a setting. Markdown, with links from docs/
 * @property {string} [open] why it is not shown yet, or not met
 * @property {string} [notApplicable] why it asks nothing of this application
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
const NO_HTTP2 = 'the server speaks HTTP/1.1; HTTP/2 ends at a proxy'
const NO_IDENTITY_PROVIDER = 'there is no sign-in with an identity provider'
const NO_OAUTH = 'the application is no OAuth client, resource server, authorization server, or OpenID provider'
const NO_SECOND_FACTOR = 'there are no second factors, TOTPs, biometrics, telephones, push messages, or authentication devices'
const NO_WEBRTC = 'there is no WebRTC'
const MEMORY_SAFE = 'JavaScript manages memory, and no code here is native'
const PROXY_ENDS_TLS = 'TLS to browsers ends at a proxy, which the operator configures'
const ONE_PROCESS = 'the application is one service; its only partners are the database and the mail server'

/** In the order of the standard. @type {Record<string, Requirement>} */
export const REQUIREMENTS = {
  // 1.1 Encoding and Sanitization Architecture
  '1.1.1': { level: 2, reading: 'Next decodes a path or a form once; what was checked is never decoded again.' },
  '1.1.2': { level: 2, reading: 'HTML, mail, CSV, and log lines are escaped where they are written, by the library that writes them.' },
  // 1.2 Injection Prevention
  '1.2.1': { level: 1, reading: 'A name that contains markup is shown as it was typed, in pages, headers, and mail.' },
  '1.2.2': { level: 1, reading: 'What a user typed is percent-encoded in a URL, and no link or redirect gets a scheme from them.' },
  '1.2.3': { level: 1, reading: 'Data in inline scripts and payloads cannot end the script or add code.' },
  '1.2.4': { level: 1, reading: 'Values reach PostgreSQL as parameters, in Prisma and in raw SQL.' },
  '1.2.5': { level: 1, reading: 'The server starts no other program.' },
  '1.2.6': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.7': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.8': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.2.9': { level: 2, reading: 'No regular expression or LIKE pattern is built from input without escaping.' },
  '1.2.10': { level: 3, reading: 'A CSV cell is quoted, and one that starts like a formula gets an apostrophe.' },
  // 1.3 Sanitization
  '1.3.1': { level: 1, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.2': { level: 1, reading: 'Nothing evaluates a string as code, and the browser would refuse to.' },
  '1.3.3': { level: 2, reading: 'Control, invisible, and direction-changing characters are refused, and lengths are bounded.' },
  '1.3.4': { level: 2, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.5': { level: 2, notApplicable: 'no field accepts HTML, SVG, Markdown, style sheets, or templates' },
  '1.3.6': { level: 2, reading: 'The server requests no URL that a user can influence; the image optimizer is off.' },
  '1.3.7': { level: 2, reading: 'Mail and pages are components; what a user typed is a value in them and never part of a template.' },
  '1.3.8': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.3.9': { level: 2, notApplicable: 'there is no LDAP, XPath, LaTeX, JNDI, or memcache' },
  '1.3.10': { level: 2, notApplicable: 'JavaScript has no unsafe format strings, and log messages are constants' },
  '1.3.11': { level: 2, reading: 'A line break in an address or a name adds no header and no recipient to a mail.' },
  '1.3.12': {
    level: 3,
    reading: 'No pattern takes exponential time.',
    open: 'Lengths are checked before patterns are tried, but no tool analyzes the patterns.',
  },
  // 1.4 Memory, String, and Unmanaged Code
  '1.4.1': { level: 2, notApplicable: MEMORY_SAFE },
  '1.4.2': { level: 2, reading: 'Numbers from input have a range that fits their column.' },
  '1.4.3': { level: 2, notApplicable: MEMORY_SAFE },
  // 1.5 Safe Deserialization
  '1.5.1': { level: 1, notApplicable: 'nothing parses XML' },
  '1.5.2': { level: 2, reading: 'The arguments of a server action are checked for their shape before Next revives them.' },
  '1.5.3': { level: 3, reading: 'A path is judged as the browser resolves it, and again after it was resolved.' },

  // 2.1 Validation and Business Logic Documentation
  '2.1.1': { level: 1, reading: 'The format of each field is documented.', shownBy: '[Public contract](guide/contract.md#rules)' },
  '2.1.2': { level: 2, reading: 'Rules across fields are documented.', shownBy: '[Public contract](guide/contract.md#rules)' },
  '2.1.3': {
    level: 2,
    reading: 'Limits by user, account, and address are documented.',
    shownBy: '[Rate limits](guide/limits.md), [public contract](guide/contract.md#rules)',
  },
  // 2.2 Input Validation
  '2.2.1': { level: 1, reading: 'Everything from outside is parsed by a schema that says what is allowed.' },
  '2.2.2': { level: 1, reading: 'The server checks every field again, whatever the browser did.' },
  '2.2.3': { level: 2, reading: 'Fields that depend on each other are checked together, such as a password and the email.' },
  // 2.3 Business Logic Security
  '2.3.1': { level: 1, reading: 'No step of a sign-up, reset, or invitation can be skipped or repeated.' },
  '2.3.2': { level: 2, reading: 'Each documented limit holds, on both sides of its number.' },
  '2.3.3': { level: 2, reading: 'What a user asks for is one transaction, with its audit event and its mail.' },
  '2.3.4': { level: 2, reading: 'Of several requests for what exists once, one succeeds.' },
  '2.3.5': { level: 3, reading: 'Ownership passes only if the owner offers it and the member accepts.' },
  // 2.4 Anti-automation
  '2.4.1': { level: 2, reading: 'Attempts, mail, exports, and everything else that costs something are limited.' },
  '2.4.2': {
    level: 3,
    reading: 'Forms that come faster than a person can type are refused.',
    open: 'Scripts of customers are welcome here; rates are limited instead of timing.',
  },

  // 3.1 Web Frontend Security Documentation
  '3.1.1': {
    level: 3,
    reading: 'The documentation says which protections a browser must support.',
    shownBy: '[Security reference](guide/security-reference.md#browsers)',
  },
  // 3.2 Unintended Content Interpretation
  '3.2.1': { level: 1, reading: 'Exports are attachments, and no answer is rendered as another type than its own.' },
  '3.2.2': { level: 1, reading: 'React writes text as text; nothing sets HTML from a string.' },
  '3.2.3': {
    level: 3,
    reading: 'An element that is named like a variable changes nothing.',
    open: 'Client code finds elements through React references, and no field accepts HTML, but no test plants such an element.',
  },
  // 3.3 Cookie Setup
  '3.3.1': { level: 1, reading: 'With https, every cookie is Secure and has the `__Host-` prefix.' },
  '3.3.2': { level: 2, reading: 'Every cookie is SameSite=Lax.' },
  '3.3.3': { level: 2, reading: 'With https, every cookie is bound to this host by its `__Host-` prefix.' },
  '3.3.4': { level: 2, reading: 'Every cookie is HttpOnly, and no page contains the value of one.' },
  '3.3.5': { level: 3, reading: 'No cookie is longer than a browser stores.' },
  // 3.4 Browser Security Mechanism Headers
  '3.4.1': { level: 1, reading: 'With https, every response has Strict-Transport-Security for two years, subdomains included.' },
  '3.4.2': { level: 1, reading: 'No response allows another origin to read it.' },
  '3.4.3': { level: 2, reading: 'Every response has a Content-Security-Policy; scripts need a nonce that each response chooses.' },
  '3.4.4': { level: 2, reading: 'Every response has X-Content-Type-Options: nosniff.' },
  '3.4.5': { level: 2, reading: 'Every response has a Referrer-Policy that keeps paths from other sites.' },
  '3.4.6': { level: 2, reading: "Every response has frame-ancestors 'none'." },
  '3.4.7': {
    level: 3,
    reading: 'The policy names a place to report violations to.',
    open: 'There is no collector of reports. Browser tests fail if a page violates its own policy.',
  },
  '3.4.8': { level: 3, reading: 'Every response has Cross-Origin-Opener-Policy: same-origin.' },
  // 3.5 Browser Origin Separation
  '3.5.1': { level: 1, reading: 'Every change checks Sec-Fetch-Site or Origin itself; a request with neither is refused.' },
  '3.5.2': { level: 1, notApplicable: 'nothing relies on CORS preflights; 3.5.1 covers every request' },
  '3.5.3': { level: 1, reading: 'GET, HEAD, and OPTIONS change nothing, and write no audit event for another site.' },
  '3.5.4': { level: 2, notApplicable: 'this is one application, which answers for one host name' },
  '3.5.5': { level: 2, notApplicable: 'no page listens to messages from other origins; tabs of this origin use a BroadcastChannel' },
  '3.5.6': { level: 3, reading: 'No response is a call of a function that the request names.' },
  '3.5.7': { level: 3, reading: 'Script files are the same for everyone and contain no data.' },
  '3.5.8': { level: 3, reading: 'Other sites can neither embed nor load what belongs to a session.' },
  // 3.6 External Resource Integrity
  '3.6.1': { level: 3, reading: 'Scripts, styles, and fonts come from this origin alone.' },
  // 3.7 Other Browser Security Considerations
  '3.7.1': { level: 2, reading: "Pages need no plug-in, and object-src 'none' forbids them." },
  '3.7.2': { level: 2, reading: 'Every redirect stays on this origin, as a browser resolves it.' },
  '3.7.3': { level: 3, notApplicable: 'no redirect leads to another site' },
  '3.7.4': { level: 3, notApplicable: 'the domain belongs to the operator, who can submit it to the preload list' },
  '3.7.5': { level: 3, reading: 'A browser that sends neither Sec-Fetch-Site nor Origin can read pages and change nothing.' },

  // 4.1 Generic Web Service Security
  '4.1.1': { level: 1, reading: 'Every body has the type that it is, and texts name their charset.' },
  '4.1.2': { level: 2, notApplicable: 'the server redirects nothing from http to https; a proxy may do so' },
  '4.1.3': { level: 2, reading: 'Of forwarded headers, only the address that the trusted proxies appended is believed.' },
  '4.1.4': { level: 3, reading: 'A method that a route does not have does nothing.' },
  '4.1.5': { level: 3, reading: 'Webhooks are accepted only with a signature over their raw body.' },
  // 4.2 HTTP Message Structure Validation
  '4.2.1': { level: 2, reading: 'A request whose length is ambiguous is refused.' },
  '4.2.2': {
    level: 3,
    reading: 'The length of a response is its length.',
    shownBy: "Node's HTTP server frames responses; no code sets Content-Length",
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
  '5.3.2': { level: 1, reading: 'No path of a file is built from input, except an id that has the format of one.' },
  '5.3.3': { level: 3, notApplicable: NO_UPLOADS },
  // 5.4 File Download
  '5.4.1': { level: 2, reading: 'The server chooses the name of every download.' },
  '5.4.2': { level: 2, reading: 'The name of a download consists of characters that need no quoting.' },
  '5.4.3': { level: 2, notApplicable: NO_UPLOADS },

  // 6.1 Authentication Documentation
  '6.1.1': {
    level: 1,
    reading: 'How guessing is slowed, and how owners stay able to sign in, is documented.',
    shownBy: '[Rate limits](guide/limits.md), [the decision](decisions/2026-11-24-guessing.md)',
  },
  '6.1.2': {
    level: 2,
    reading: 'The words that a password must not consist of are documented.',
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
  '6.2.3': { level: 1, reading: 'Changing the password takes the current one.' },
  '6.2.4': { level: 1, reading: 'Common passwords are refused, at registration, change, and reset.' },
  '6.2.5': { level: 1, reading: 'Any characters are accepted, and none is required.' },
  '6.2.6': { level: 1, reading: 'Password fields are masked; a button shows what was typed.' },
  '6.2.7': { level: 1, reading: 'Password fields take pasted text and say to password managers what they are.' },
  '6.2.8': {
    level: 1,
    reading:
      'Every character of a password counts, and its case. Only two Unicode forms of one character are equal, as NIST SP 800-63B asks.',
  },
  '6.2.9': { level: 2, reading: 'A password may have 256 characters.' },
  '6.2.10': {
    level: 2,
    reading: 'Passwords do not expire.',
    shownBy: 'No column stores the age of a password: [schema](../prisma/schema.prisma)',
  },
  '6.2.11': {
    level: 2,
    reading: "Passwords that are easy to guess from the email, the names of the user and the account, or the product's name are refused.",
  },
  '6.2.12': { level: 2, reading: 'The 100,000 most common passwords of breaches are refused, and `HIBP=on` asks a larger list.' },
  // 6.3 General Authentication Security
  '6.3.1': { level: 1, reading: 'Guessing is counted and delayed, one by one and in parallel, by form and endpoint.' },
  '6.3.2': { level: 1, reading: 'A new database has no users, and demo data is refused in production.' },
  '6.3.3': {
    level: 2,
    reading: 'Signing in takes two factors.',
    open: 'There are no second factors yet. Until then: guessing is delayed, breached passwords are refused, sign-ins from new browsers are reported by email, and sensitive actions ask again.',
  },
  '6.3.4': { level: 2, reading: 'Every way to sign in has the same limits, and there is no other way.' },
  '6.3.5': { level: 3, reading: 'A sign-in from a new browser is reported by email.' },
  '6.3.6': { level: 3, reading: 'Email is no factor.', open: 'Users may sign in by emailed link; `EMAIL_SIGN_IN=off` turns it off.' },
  '6.3.7': { level: 3, reading: 'A new password or email is reported by email, to the old address too.' },
  '6.3.8': { level: 3, reading: 'Signing in, resetting, and registering with `SIGN_UP=verify` answer alike for every email.' },
  // 6.4 Authentication Factor Lifecycle and Recovery
  '6.4.1': { level: 1, reading: 'Links that confirm or invite are random, expire, and work once; the user chooses the password.' },
  '6.4.2': { level: 1, reading: 'There are no hints and no questions.', shownBy: '[The list of forms](guide/contract.md#forms)' },
  '6.4.3': { level: 2, reading: 'A forgotten password is reset by an emailed link, which ends all earlier access.' },
  '6.4.4': { level: 2, notApplicable: NO_SECOND_FACTOR },
  '6.4.5': { level: 3, notApplicable: 'no way to authenticate expires' },
  '6.4.6': { level: 3, notApplicable: 'owners of accounts have no power over the sign-in of members' },
  // 6.5 General Multi-factor authentication requirements
  '6.5.1': { level: 2, reading: 'A sign-in link and its code work once.' },
  '6.5.2': { level: 2, reading: 'The token of a link has 256 random bits and is stored as its SHA-256; a code is not stored.' },
  '6.5.3': { level: 2, reading: 'Tokens come from a cryptographic generator, and codes from a keyed hash of them.' },
  '6.5.4': { level: 2, reading: 'A code has six digits.' },
  '6.5.5': {
    level: 2,
    reading: 'A sign-in link and its code expire after ten minutes at the latest.',
    open: 'They expire after 15 minutes, because email can be slow. Until then they work once, in the browser that requested them, and a code has five tries.',
  },
  '6.5.6': { level: 3, reading: 'A password that was lost can be voided by a reset, and an email by its change.' },
  '6.5.7': { level: 3, notApplicable: NO_SECOND_FACTOR },
  '6.5.8': { level: 3, notApplicable: NO_SECOND_FACTOR },
  // 6.6 Out-of-Band authentication mechanisms
  '6.6.1': { level: 2, notApplicable: NO_SECOND_FACTOR },
  '6.6.2': { level: 2, reading: 'A sign-in link and its code sign in only the browser that requested them.' },
  '6.6.3': { level: 2, reading: 'A code has five tries, also in parallel, and wrong codes are counted by address and email.' },
  '6.6.4': { level: 3, notApplicable: NO_SECOND_FACTOR },
  // 6.7 Cryptographic authentication mechanism
  '6.7.1': { level: 3, notApplicable: NO_SECOND_FACTOR },
  '6.7.2': { level: 3, notApplicable: NO_SECOND_FACTOR },
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
    reading: 'A user has at most 100 sessions; the documentation says what happens beyond.',
    shownBy: '[Security reference](guide/security-reference.md#sessions)',
  },
  '7.1.3': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  // 7.2 Fundamental Session Management Security
  '7.2.1': { level: 1, reading: 'The server decides by the row of the session; a cookie proves nothing by itself.' },
  '7.2.2': { level: 1, reading: 'Every session has an id of its own, and no key or constant replaces it.' },
  '7.2.3': { level: 1, reading: 'A session id has 256 random bits.' },
  '7.2.4': { level: 1, reading: 'Signing in, a password check, and a new password each give a new id and end the old one.' },
  // 7.3 Session Timeout
  '7.3.1': { level: 2, reading: 'A session ends when it is not used for 12 hours, or 14 days if remembered.' },
  '7.3.2': { level: 2, reading: 'A session ends after 7 days, or 60 if remembered.' },
  // 7.4 Session Termination
  '7.4.1': { level: 1, reading: 'A session that was ended or expired is refused at the next request, everywhere.' },
  '7.4.2': { level: 1, reading: 'Deleting a user ends their sessions, and removing a member their access.' },
  '7.4.3': { level: 2, reading: 'A new password ends all other sessions.' },
  '7.4.4': { level: 2, reading: 'Every private page has "Sign out".' },
  '7.4.5': {
    level: 2,
    reading: 'An operator can end the sessions of a user, or all of them, at once.',
    shownBy: '[Security reference](guide/security-reference.md#sessions)',
  },
  // 7.5 Defenses Against Session Abuse
  '7.5.1': { level: 2, reading: 'Changing the email or the password takes the password again.' },
  '7.5.2': { level: 2, reading: 'Users see their sessions, and end one or all others after a recent password check.' },
  '7.5.3': { level: 3, reading: 'Exporting, deleting, and handing over ownership take a recent password check.' },
  // 7.6 Federated Re-authentication
  '7.6.1': { level: 2, notApplicable: NO_IDENTITY_PROVIDER },
  '7.6.2': { level: 2, reading: 'Opening a link starts no session; its button does.' },

  // 8.1 Authorization Documentation
  '8.1.1': { level: 1, reading: 'Who may do what is documented, from the policy itself.', shownBy: '[Permissions](permissions.md)' },
  '8.1.2': {
    level: 2,
    reading: 'Which fields of others a role sees is documented.',
    shownBy: '[Security reference](guide/security-reference.md#data)',
  },
  '8.1.3': {
    level: 3,
    reading: 'That the browser and the address count at sign-in is documented.',
    shownBy: '[Rate limits](guide/limits.md#known-browsers)',
  },
  '8.1.4': {
    level: 3,
    reading: 'What an unknown browser or address changes is documented.',
    shownBy: '[Rate limits](guide/limits.md#known-browsers)',
  },
  // 8.2 General Authorization Design
  '8.2.1': { level: 1, reading: 'Every page, handler, and action is refused without its permission.' },
  '8.2.2': { level: 1, reading: "Another account's rows and another user's sessions cannot be named." },
  '8.2.3': { level: 2, reading: 'A page contains the fields that it shows and no others.' },
  '8.2.4': { level: 3, reading: 'A browser that the user has not used before waits and is reported.' },
  // 8.3 Operation Level Authorization
  '8.3.1': { level: 1, reading: 'The domain function checks the permission, whatever page or form called it.' },
  '8.3.2': { level: 3, reading: 'A change of role takes effect at the next request, and in a transaction that was waiting.' },
  '8.3.3': { level: 3, reading: 'The database itself knows for which account or user a statement runs.' },
  // 8.4 Other Authorization Considerations
  '8.4.1': { level: 2, reading: 'Row-level security isolates accounts under a role that cannot bypass it; a foreign id is an unknown id.' },
  '8.4.2': { level: 3, notApplicable: 'there is no interface for administrators of the service' },

  // 9.1 Token source and integrity
  '9.1.1': { level: 1, reading: 'A session cookie that was altered or made with another secret is none.' },
  '9.1.2': { level: 1, reading: 'A session cookie is decrypted by one algorithm; unsigned and signed tokens are none.' },
  '9.1.3': { level: 1, reading: 'The keys of cookies come from settings, and never from the cookie.' },
  // 9.2 Token content
  '9.2.1': { level: 1, reading: 'A cookie that has expired is none, even if its session has not.' },
  '9.2.2': { level: 2, reading: 'A cookie or a link for one purpose is refused for every other.' },
  '9.2.3': { level: 2, reading: 'The key of a cookie depends on its name.' },
  '9.2.4': { level: 2, notApplicable: 'cookies are made for this application alone' },

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
    reading: 'How keys are made, kept, and replaced is documented.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.1.2': {
    level: 2,
    reading: 'Keys and algorithms are listed, with what they protect.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.1.3': { level: 3, reading: 'A new use of cryptography is noticed.' },
  '11.1.4': {
    level: 3,
    reading: 'There is a plan to migrate to new algorithms.',
    open: 'Passwords and keys migrate by themselves; there is no plan for post-quantum algorithms, which TLS needs first.',
  },
  // 11.2 Secure Cryptography Implementation
  '11.2.1': { level: 2, reading: "Cryptography is Node's, jose's, and bcryptjs's; none is our own." },
  '11.2.2': { level: 2, reading: 'Hashes are renewed at sign-in when cost or key changed, and keys can be replaced one by one.' },
  '11.2.3': {
    level: 2,
    reading: 'Every key, hash, and secret has 128 bits of security or more.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  '11.2.4': {
    level: 3,
    reading: 'Secrets are compared in constant time or by their hash.',
    open: 'bcrypt compares in constant time, and other secrets are found by their hash, but no test measures it.',
  },
  '11.2.5': { level: 3, reading: 'What cannot be decrypted or verified is refused alike, whatever was wrong.' },
  // 11.3 Encryption Algorithms
  '11.3.1': { level: 1, reading: 'The only cipher that our code names is AES-256-GCM.' },
  '11.3.2': { level: 1, reading: 'The only cipher that our code names is AES-256-GCM.' },
  '11.3.3': { level: 2, reading: 'An altered ciphertext, or one moved to another mail, is refused.' },
  '11.3.4': { level: 3, reading: 'Every encryption has a fresh random nonce.' },
  '11.3.5': {
    level: 3,
    reading: 'Encryption with a separate MAC is encrypt-then-MAC.',
    shownBy: "A256CBC-HS512 of Auth.js's cookies is (RFC 7518 section 5.2.2.1)",
  },
  // 11.4 Hashing and Hash-based Functions
  '11.4.1': { level: 1, reading: 'Hashes are SHA-256 or SHA-384; SHA-1 only asks a list of breached passwords.' },
  '11.4.2': { level: 2, reading: 'Passwords are stored as bcrypt of cost 12 over a keyed hash.' },
  '11.4.3': { level: 2, reading: 'The chain of the audit trail is SHA-256.' },
  '11.4.4': { level: 2, notApplicable: 'no key is derived from a password' },
  // 11.5 Random Values
  '11.5.1': { level: 2, reading: 'Secrets have 128 random bits or more from a cryptographic generator.' },
  '11.5.2': { level: 3, reading: 'The generator holds under load.', shownBy: "Node's generator is OpenSSL's, which reseeds itself" },
  // 11.6 Public Key Cryptography
  '11.6.1': { level: 2, notApplicable: 'there is no public-key cryptography outside of TLS' },
  '11.6.2': { level: 3, notApplicable: 'there is no public-key cryptography outside of TLS' },
  // 11.7 In-Use Data Cryptography
  '11.7.1': { level: 3, notApplicable: 'the machine belongs to the operator' },
  '11.7.2': { level: 3, reading: 'Secrets are in memory no longer than a request needs them.', open: 'JavaScript cannot erase a string.' },

  // 12.1 General TLS Security Guidance
  '12.1.1': { level: 1, notApplicable: PROXY_ENDS_TLS },
  '12.1.2': { level: 2, notApplicable: PROXY_ENDS_TLS },
  '12.1.3': { level: 2, notApplicable: 'no client certificate authenticates anyone' },
  '12.1.4': { level: 3, notApplicable: PROXY_ENDS_TLS },
  '12.1.5': { level: 3, notApplicable: PROXY_ENDS_TLS },
  // 12.2 HTTPS Communication with External Facing Services
  '12.2.1': { level: 1, reading: 'A production server refuses to start for an origin without https, and browsers keep to it.' },
  '12.2.2': { level: 1, notApplicable: PROXY_ENDS_TLS },
  // 12.3 General Service to Service Communication Security
  '12.3.1': {
    level: 2,
    reading:
      'A server refuses to start if a database on another machine is not reached with TLS, and sends no mail to another machine without it. A setting for a trusted network turns either off.',
  },
  '12.3.2': { level: 2, reading: "The mail server's and the database's certificates are verified." },
  '12.3.3': { level: 2, notApplicable: ONE_PROCESS },
  '12.3.4': {
    level: 2,
    reading: 'A private certificate authority is trusted only if it is named.',
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
    reading: 'The number of connections is documented, and what happens beyond.',
    shownBy: '[Security reference](guide/security-reference.md#connections)',
  },
  '13.1.3': {
    level: 3,
    reading: 'Time limits and retries are documented.',
    shownBy: '[Security reference](guide/security-reference.md#connections)',
  },
  '13.1.4': {
    level: 3,
    reading: 'Secrets and when to replace them are documented.',
    shownBy: '[Security reference](guide/security-reference.md#cryptography)',
  },
  // 13.2 Backend Communication Configuration
  '13.2.1': {
    level: 2,
    reading: 'Server and database authenticate each other with credentials that change.',
    open: 'Each role has its own credential, but it is a password in a URL. Platforms that issue short-lived ones can set it at each start, and a client certificate can be named in the URL.',
  },
  '13.2.2': { level: 2, reading: 'The role of the server owns nothing, cannot bypass row-level security, and cannot migrate.' },
  '13.2.3': { level: 2, reading: 'There is no default secret: without its own, the server does not start.' },
  '13.2.4': { level: 2, reading: 'Only the database, the mail server, and the list of breached passwords are contacted.' },
  '13.2.5': { level: 2, reading: 'The web server fetches nothing for a client; the image optimizer is off.' },
  '13.2.6': { level: 3, reading: 'Pools, timeouts, and retries behave as documented.' },
  // 13.3 Secret Management
  '13.3.1': {
    level: 2,
    reading: 'Secrets come from the environment, where a vault can put them; none is in the source or the build.',
    shownBy: '[Settings](../README.md#settings)',
  },
  '13.3.2': { level: 2, reading: 'The server has no access to the credential of the owner role, and prints no secret.' },
  '13.3.3': { level: 3, reading: 'Keys never leave a hardware module.', open: 'Keys are in the memory of the server.' },
  '13.3.4': { level: 3, reading: 'Secrets expire.', open: 'Secrets can be replaced without signing anyone out, and nothing forces it.' },
  // 13.4 Unintended Information Leakage
  '13.4.1': { level: 1, reading: 'No request reaches source control data.' },
  '13.4.2': { level: 2, reading: 'Nothing of development answers in production, such as the mailbox.' },
  '13.4.3': { level: 2, reading: 'No directory is listed.' },
  '13.4.4': { level: 2, reading: 'TRACE echoes nothing.' },
  '13.4.5': { level: 2, reading: 'Of monitoring, only the health checks answer, with one word each.' },
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
  '14.2.1': { level: 1, reading: 'A URL contains no password or session, and the token of a link leaves it at once.' },
  '14.2.2': { level: 2, reading: 'Nothing that was rendered for one user is kept for another.' },
  '14.2.3': { level: 2, reading: 'Pages and mail load nothing from third parties.' },
  '14.2.4': { level: 2, reading: 'Secrets are hashed or encrypted at rest and never logged, as documented.' },
  '14.2.5': { level: 3, reading: 'A private page under a name that looks static is not cached.' },
  '14.2.6': { level: 3, reading: 'An email is shown to those who work with its owner, and a secret to no one.' },
  '14.2.7': { level: 3, reading: 'Expired sessions, links, counters, and accounts are deleted on schedule.' },
  '14.2.8': { level: 3, notApplicable: NO_UPLOADS },
  // 14.3 Client-side Data Protection
  '14.3.1': { level: 1, reading: 'After signing out, "Back" and other tabs show nothing private.' },
  '14.3.2': { level: 2, reading: 'Everything below /private, and every page of a link, is no-store.' },
  '14.3.3': { level: 2, reading: "Nothing is kept in the browser's storage." },

  // 15.1 Secure Coding and Architecture Documentation
  '15.1.1': { level: 1, reading: 'How fast vulnerable packages are updated is documented.', shownBy: '[Security policy](../SECURITY.md)' },
  '15.1.2': {
    level: 2,
    reading: 'Every build lists its packages.',
    shownBy: 'package-lock.json, and the CycloneDX list that `npm run build` writes: [security policy](../SECURITY.md#dependencies)',
  },
  '15.1.3': {
    level: 2,
    reading: 'What is expensive, and how it is bounded, is documented.',
    shownBy: '[Rate limits](guide/limits.md), [passwords](decisions/2026-11-23-passwords.md)',
  },
  '15.1.4': {
    level: 3,
    reading: 'Risky packages are named.',
    shownBy: '[Why Auth.js is behind a seam](decisions/2026-11-23-authjs-seam.md)',
  },
  '15.1.5': {
    level: 3,
    reading: 'Dangerous functions are named.',
    shownBy: 'The list in [dangerous-functions](../tests/lib/dangerous-functions.test.ts)',
  },
  // 15.2 Security Architecture and Dependencies
  '15.2.1': {
    level: 1,
    reading: 'No package has a known vulnerability for longer than documented.',
    shownBy: 'The daily [audit](../.github/workflows/audit.yml)',
  },
  '15.2.2': { level: 2, reading: 'Hashing, exports, and mail are bounded and queued, so that pages still answer.' },
  '15.2.3': { level: 2, reading: 'The build serves what the registry lists, and nothing of development.' },
  '15.2.4': {
    level: 3,
    reading: 'Packages come from the npm registry, with the hash in the lock file.',
    shownBy: '`npm ci` with package-lock.json, in [CI](../.github/workflows/ci.yml)',
  },
  '15.2.5': {
    level: 3,
    reading: 'Risky code runs apart.',
    open: 'Hashing runs in worker threads and the database confines the server, but there is no sandbox around packages.',
  },
  // 15.3 Defensive Coding
  '15.3.1': { level: 1, reading: 'Responses contain chosen fields; a password hash is omitted by default.' },
  '15.3.2': { level: 2, reading: 'The request to the list of breached passwords follows no redirect.' },
  '15.3.3': { level: 2, reading: 'A field that the form does not have is ignored.' },
  '15.3.4': { level: 2, reading: "The client's address is counted from the right, past the trusted proxies, for limits and logs alike." },
  '15.3.5': { level: 2, reading: 'A list, a file, or an object where a text belongs is refused.' },
  '15.3.6': { level: 2, reading: 'A field named `__proto__` or `constructor` is a field like any other.' },
  '15.3.7': { level: 2, reading: 'A field that is sent twice is refused.' },
  // 15.4 Safe Concurrency
  '15.4.1': { level: 3, reading: 'Requests share connections and caches without mixing.' },
  '15.4.2': { level: 3, reading: 'A role is read again under a lock before it is used.' },
  '15.4.3': { level: 3, reading: 'Locks are taken in one order, so that two requests never wait for each other.' },
  '15.4.4': { level: 3, reading: 'No user fills the queue of others.' },

  // 16.1 Security Logging Documentation
  '16.1.1': {
    level: 2,
    reading: 'What is logged, where, and for how long is documented.',
    shownBy: '[Audit trail](guide/audit.md), [security reference](guide/security-reference.md#logs)',
  },
  // 16.2 General Logging
  '16.2.1': { level: 2, reading: 'Every event says when, who, what, and from where.' },
  '16.2.2': { level: 2, reading: "Times are UTC, and those of events are the database's." },
  '16.2.3': { level: 2, reading: 'Logs go to standard output and nowhere else.' },
  '16.2.4': { level: 2, reading: 'Every log line is one JSON object.' },
  '16.2.5': { level: 2, reading: 'No log line contains a password, token, cookie, or secret.' },
  // 16.3 Security Events
  '16.3.1': { level: 2, reading: 'Every sign-in, failure, and sign-out is logged and in the trail.' },
  '16.3.2': { level: 2, reading: 'Every refused access is logged.' },
  '16.3.3': { level: 2, reading: 'Every refusal by a limit or an origin check, and every change of security, is logged.' },
  '16.3.4': { level: 2, reading: 'Errors that no one expected are logged, also in work after the response.' },
  // 16.4 Log Protection
  '16.4.1': { level: 2, reading: 'A line break in a name forges no log line.' },
  '16.4.2': { level: 2, reading: 'The server can add to the audit trail and not change it; other changes are found.' },
  '16.4.3': {
    level: 2,
    reading: 'Logs leave the machine.',
    open: 'The server writes to standard output, and the operator ships it to a system of their own.',
  },
  // 16.5 Error Handling
  '16.5.1': { level: 2, reading: 'An error shows a reference and nothing of the inside.' },
  '16.5.2': { level: 2, reading: 'Without the database, the mail server, or the list of breached passwords, the rest still works.' },
  '16.5.3': { level: 2, reading: 'What fails changes nothing and opens nothing.' },
  '16.5.4': { level: 3, reading: 'An error that no one caught is logged and ends no process.' },

  // 17 WebRTC
  ...notApplicable(NO_WEBRTC, {
    2: ['17.1.1', '17.2.1', '17.2.2', '17.2.3', '17.2.4', '17.3.1', '17.3.2'],
    3: ['17.1.2', '17.2.5', '17.2.6', '17.2.7', '17.2.8'],
  }),
}

/** Requirements of a whole section that ask nothing of us. @param {string} reason @param {Record<string, string[]>} levels @returns {Record<string, Requirement>} */
function notApplicable(reason, levels) {
  return Object.fromEntries(
    Object.entries(levels).flatMap(([level, ids]) =>
      ids.map((id) => [id, { level: /** @type {1 | 2 | 3} */ (Number(level)), notApplicable: reason }]),
    ),
  )
}
