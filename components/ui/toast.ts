/** A toast: what happened, and the one thing that can be done about it. */
export type ToastContent = { tone: 'success' | 'error'; text: string; action?: { label: string; run: () => Promise<void> } }

/** Loads the code for toasts, which no page loads before it needs it. */
export const loadToasts = () => import('./toaster')

/** Shows a toast. */
export async function showToast(content: ToastContent): Promise<void> {
  const { show } = await loadToasts()
  await show(content)
}
