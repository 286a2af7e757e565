import { THEME_FIELD } from '@/lib/http/theme'

/** Shows a theme at once when its button is pressed. The form then stores it. */
export function listenToTheme(signal: AbortSignal): void {
  document.addEventListener(
    'submit',
    ({ submitter }) => {
      if (!(submitter instanceof HTMLButtonElement) || submitter.name !== THEME_FIELD) return
      const { dataset } = document.documentElement
      if (submitter.value === 'system') delete dataset.theme
      else dataset.theme = submitter.value
      for (const button of submitter.form?.querySelectorAll(`[name="${THEME_FIELD}"]`) ?? [])
        button.setAttribute('aria-pressed', String(button === submitter))
    },
    { signal, capture: true },
  )
}
