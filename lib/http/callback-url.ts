import { z } from 'zod'
import { safePath } from './paths'

/** The hidden field that carries where to go after sign-in. Always a path on this origin: see {@link safePath}. */
export const callbackUrlField = z.string().optional().transform(safePath)
