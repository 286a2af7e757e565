import { z } from 'zod'
import { optionalPath, safePath } from './paths'

/** The hidden field that carries where to go after sign-in. Always a path on this origin: see {@link safePath}. */
export const callbackUrlField = z.string().optional().transform(safePath)

/** The same, for a form that has its own page to go to. */
export const optionalCallbackUrlField = z.string().optional().transform(optionalPath)
