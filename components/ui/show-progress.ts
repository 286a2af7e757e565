/** Shows the progress line at the top of the page, after 150 ms. @returns what removes it */
export function showProgress(): () => void {
  const line = document.createElement('div')
  line.className = 'progress-line'
  line.setAttribute('aria-hidden', 'true')
  document.body.append(line)
  return () => line.remove()
}
