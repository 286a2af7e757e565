import { describe, expect, test } from 'vitest'
import { deviceName } from '@/lib/sessions/device-name'

describe('deviceName', () => {
  test.each([
    ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'],
    ['Chrome on Linux', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'],
    ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'],
    [
      'Safari on iOS',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
    ],
    [
      'Safari on macOS',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    ],
    ['An unknown browser', 'A test'],
    ['An unknown browser', 'Free money at evil.example/1.0 (Windows NT 10.0)'],
    ['An unknown browser', 'x'.repeat(512)],
    ['An unknown browser', ''],
    ['An unknown browser', null],
  ])('returns "%s" for %j', (name, userAgent) => {
    expect(deviceName(userAgent)).toBe(name)
  })
})
