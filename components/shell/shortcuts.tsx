import * as labels from '@/lib/labels/private'
import { areSingleKeysOn, turnSingleKeys } from './single-keys'

const SHORTCUTS = [
  ['⌘ K or Ctrl K', 'Search and jump to a page'],
  ['?', 'Show this list'],
  ['↑ ↓', 'Move through a menu or results'],
  ['Enter', 'Open what is selected'],
  ['Esc', 'Close a menu or a dialog'],
  ['⌥ T or Alt T', 'Go to a notification'],
]

/** The shortcuts of the private shell. */
export function Shortcuts({ close }: { close: () => void }) {
  return (
    <div className="p-5">
      <div className="flex items-center justify-between pb-3">
        <h2 className="text-heading">{labels.keyboardShortcuts}</h2>
        <button
          type="button"
          aria-label="Close"
          onClick={close}
          className="inline-flex size-control items-center justify-center rounded-control text-ink-soft hover:bg-surface-sunken hover:text-ink"
        >
          <span className="icon-x" />
        </button>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {SHORTCUTS.map(([keys, effect]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="font-sans font-medium">{keys}</kbd>
            </dt>
            <dd className="text-ink-soft">{effect}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-control cursor-pointer items-center gap-3 border-t border-line pt-3">
        <input
          type="checkbox"
          className="size-5"
          defaultChecked={areSingleKeysOn()}
          onChange={({ target }) => turnSingleKeys(target.checked)}
        />
        Use single-key shortcuts, such as ?
      </label>
    </div>
  )
}
