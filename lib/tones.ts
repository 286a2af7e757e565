/** How the dot of a status looks: hollow before work starts, muted when nothing more is to be done. Safe for the browser. */
export type Tone = 'hollow' | 'accent' | 'success' | 'warning' | 'danger' | 'muted'
