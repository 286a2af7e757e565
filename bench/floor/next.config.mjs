/** The floor: what the same Next does with next to nothing on its pages. @type {import('next').NextConfig} */
export default { output: 'standalone', poweredByHeader: false, agentRules: false }
