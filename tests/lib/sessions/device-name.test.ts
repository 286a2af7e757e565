import { expect, test } from 'vitest'
import { deviceName } from '@/lib/sessions/device-name'

test.each([
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'],
  ['Chrome on Linux', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'],
  [
    'Safari on iOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
  ],
  ['An unknown browser', 'A test'],
  ['An unknown browser', ''],
  ['An unknown browser', null],
])('%s', (name, userAgent) => {
  expect(deviceName(userAgent)).toBe(name)
})
