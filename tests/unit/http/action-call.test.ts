import { describe, expect, test } from 'vitest'
import { isFormCall, isScriptCall } from '@/lib/http/action-call'

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

describe('isScriptCall', () => {
  test.each([
    '[]',
    '["slug",{"status":"idle"},"$K1"]',
    '["$$not a reference"]',
    '["$undefined",null,1,true]',
    '[{"values":{"name":"a"},"fieldErrors":{"name":["b"]}}]',
  ])('accepts the arguments %s', (text) => {
    expect(isScriptCall(text)).toBe(true)
    expect(isScriptCall(formOf({ 0: text, _1_name: '$F1' }))).toBe(true)
  })

  // ASVS 1.5.2
  test.each([
    '',
    '{{{',
    'null',
    '{}',
    '"$K1"',
    '["$F1"]',
    '["$@0"]',
    '["$1"]',
    '["$0:__proto__:then"]',
    '["$B1"]',
    '["$Kx"]',
    '["$undefined:x"]',
    '[{"a":{"b":["$h1"]}}]',
    `${'['.repeat(20)}${']'.repeat(20)}`,
    '[1,1,1,1,1,1,1,1,1,1,1]',
  ])('rejects the arguments %s', (text) => {
    expect(isScriptCall(text)).toBe(false)
    expect(isScriptCall(formOf({ 0: text }))).toBe(false)
  })

  test('rejects a body without arguments', () => {
    expect(isScriptCall(formOf({ _1_name: 'x' }))).toBe(false)
  })
})

describe('isFormCall', () => {
  test.each([
    [{}],
    [{ $ACTION_ID_1: '', name: '$F1' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":null}' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":"$@1"}', '$ACTION_1:1': '["slug",{"status":"idle"}]' }],
  ])('accepts the fields %j', (fields) => {
    expect(isFormCall(formOf(fields as Record<string, string>))).toBe(true)
  })

  // ASVS 1.5.2
  test.each([
    [{ $ACTION_REF_1: '' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a"' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{}' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":{}}' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":"$@0"}' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":"$@1"}' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":"$@1"}', '$ACTION_1:1': '7' }],
    [{ $ACTION_REF_1: '', '$ACTION_1:0': '{"id":"a","bound":"$@1"}', '$ACTION_1:1': '["$F1"]' }],
  ])('rejects the fields %j', (fields) => {
    expect(isFormCall(formOf(fields as Record<string, string>))).toBe(false)
  })
})
