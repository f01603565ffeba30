import { VERBS } from './verbs';

/** One thing that a person can do, and every way to do it. */
export interface Way {
  does: string;
  /** Empty: the line has the only key path. */
  keys: string;
  /** The verb of the command line that does it too. */
  line?: string;
  mouse: string;
}

export interface Panel {
  name: string;
  /** When the keys mean this. */
  when: string;
  ways: readonly Way[];
}

const way = (does: string, keys: string, line: string, mouse: string): Way => ({
  does,
  keys,
  mouse,
  ...(line ? { line } : {}),
});

const TAB = 'Tab, Enter';

/** Every key of the board, by where it counts. The list behind "?" and docs/board-keys.md are made of it. */
export const PANELS: readonly Panel[] = [
  {
    name: 'Everywhere',
    when: 'from any place on the board, also while typing',
    ways: [
      way('Go to the command line', 'F2, or / outside a field', '', 'click in the line'),
      way('New incident form', 'Shift+F2', 'N', 'button “New incident”'),
      way('Cover panel', 'F7', 'COV', 'button “Cover”'),
      way('Next, previous panel; from the line, what it showed last', 'F6, Shift+F6', '', 'click'),
      way('Acknowledge the oldest alarm', 'F8', 'ACK', 'button at the alarm'),
      way('Go to the alarms', 'Shift+F8', '', 'click'),
      way('Silence the sound for 60 s', 'F9', 'SIL', 'sound chip'),
      way(
        'Step back: clash, side panel, candidate, unit, incident; then the line',
        'Esc',
        '',
        '“Back”, “Cancel”, ✕',
      ),
      way('This list, with telephone numbers', '? outside a field', '?', 'button “?”'),
      way('Settings: text size, colours, sound, columns', 'Ctrl+,', '', 'button ⚙'),
      way('The panel in a window of its own, and back', 'Ctrl+.', '', 'button in its head'),
      way('Print the board', 'Ctrl+P', '', 'button in the top bar'),
      way('Board, agreements, theme, sign out', TAB, '', 'buttons of the top bar'),
    ],
  },
  {
    name: 'Command line',
    when: 'while the line has the focus',
    ways: [
      way('Take the candidate under the hand, or the first', 'Tab', '', 'click on it'),
      way('Move in the list', '↑ ↓', '', 'point at it'),
      way('Earlier and later lines, while no list is open', '↑ ↓', '', 'type it again'),
      way('Run the line; on a candidate, take it', 'Enter', '', 'none: typing has no mouse path'),
      way('Empty the line', 'Esc', '', 'select and delete'),
      way('Find a unit or an incident', '', 'FIND', 'scroll, filter, click'),
      way('Telephone number and what to say', '', 'PH', 'button “?”, telephone numbers'),
    ],
  },
  {
    name: 'Alarms',
    when: 'while the strip of alarms has the focus',
    ways: [
      way(
        'Respond: the thing is selected, its panel has the focus',
        '1–3',
        '',
        'the alarm’s first button',
      ),
      way('Acknowledge one that is not the next', TAB, '', '“Seen”'),
      way('Alarm log of this console, with its file', 'L', '', '“Alarm log”'),
      way('Sound again before the minute is over; sound in this window', TAB, '', 'sound chip'),
    ],
  },
  {
    name: 'Units',
    when: 'while the panel has the focus',
    ways: [
      way('Select a unit', '↑ ↓ PgUp PgDn Home End', 'U', 'click on its row'),
      way('Set the status of an own unit', 'Enter, ↑ ↓, Enter', 'ST', 'click on its status'),
      way(
        'Say why it may not come to the incident',
        'Shift+Enter',
        'WHY',
        'a neighbour’s status; its menu',
      ),
      way('Find a unit', 'the beginning of its sign', 'U', 'scroll'),
      way('Show only one status; all again', '1–7; 0', '', 'click on its chip'),
      way(
        'Sort by the next, previous column',
        'Shift+→, Shift+←',
        '',
        'click on the column’s head',
      ),
      way('Turn the order around', 'Shift+↑', '', 'click on the same head again'),
      way('Own units or all; hold the order; choose columns', TAB, '', 'buttons of the head'),
    ],
  },
  {
    name: 'Map',
    when: 'while the map has the focus',
    ways: [
      way('Move', '← ↑ → ↓', '', 'drag'),
      way('Zoom', '+ −', '', 'wheel, buttons + −'),
      way('Show the own jurisdiction', '0', '', 'button ⌂'),
      way('Select what is drawn', '', 'U, I', 'click on it'),
      way('Say where an incident is', 'type it in the form', 'N … @', 'click on the map'),
    ],
  },
  {
    name: 'Incidents',
    when: 'while the panel has the focus',
    ways: [
      way('Go through the incidents', '↑ ↓', '', 'scroll'),
      way('Select one', 'Enter', 'I', 'click on its row'),
      way('Close or cancel it; say so again', 'C, Enter', 'CL', '“Close”, “Sure?”'),
      way('Active or closed incidents', 'L', '', 'the two tabs'),
      way('Download a closed one’s log', TAB, '', 'CSV, JSON'),
    ],
  },
  {
    name: 'Recommendation',
    when: 'while the panel has the focus',
    ways: [
      way('Ask for a recommendation', 'R', 'REC', '“Recommend”, “Refresh”'),
      way('Choose a unit', '1–9', '', 'click on its card'),
      way('Request or assign the chosen one', 'Enter', 'REQ, AS', '“Request”, “Assign”, “Send on”'),
      way('Choose what simulated futures favour', 'O', '', 'its button'),
      way('Show or hide figures', 'F', '', '“show figures”'),
      way('Another unit type that is needed', 'T', '', 'the type’s button'),
      way('Order many units', 'M', 'ORD', '“Many…”'),
      way('Ask to waive a clause', TAB, '', '“Ask to waive”'),
      way('Say why the selected unit may not come', 'W', 'WHY', '“Why not another…”'),
      way('Close that', 'Esc', '', '✕'),
      way(
        'Say why it was not the advised one; leave that open',
        'Y, 1–7; Esc',
        '',
        'its buttons; ✕',
      ),
    ],
  },
  {
    name: 'Requests',
    when: 'while the panel has the focus; the card that holds it, else the one that runs out first',
    ways: [
      way('Accept; take what is offered instead', 'A', 'ACC', '“Accept”, “Take”'),
      way('Go through cards and requests', '↑ ↓', '', 'point at one'),
      way(
        'Offer another unit: choose it, then Enter',
        'I, 1–9',
        'ACC request unit',
        '“Other unit…”',
      ),
      way('Decline: choose the reason, then Enter', 'D', 'DEC', '“Decline…”'),
      way('Withdraw an own request', 'W', 'CAN', '“Withdraw”, “Need none”'),
      way('Grant or refuse a waiver; close to lending', TAB, '', 'their buttons'),
    ],
  },
  {
    name: 'Assignments',
    when: 'while the panel has the focus; the assignment that holds it, or the only one',
    ways: [
      way('Go through the assignments', '↑ ↓', '', 'point at one'),
      way('Release a unit, take an own one home', 'R', 'REL', '“Release”, “Take home”'),
      way('Recall an own unit: say why, then Enter', 'B', 'RCL', '“Recall…”'),
      way('Keep a unit longer', 'X', 'EXT', '“Extend by 2 h”'),
      way('Confirm a loan in writing', 'C', 'CNF', '“Confirm in writing”'),
    ],
  },
  {
    name: 'Cover',
    when: 'while the panel has the focus',
    ways: [
      way('Propose standbys and move-ups', 'P', '', '“Propose”'),
      way('Choose one and ask', '1–9, Enter', '', 'its button'),
      way('Set by hand, end, pre-alert', TAB, '', 'the form’s fields'),
    ],
  },
];

const row = (...cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** docs/board-keys.md, whole. */
export function keysDocument(): string {
  const verbs = VERBS.map((verb) =>
    row(
      `\`${verb.usage}\``,
      verb.help,
      verb.who === 'desk' ? 'dispatcher, supervisor' : 'everybody',
    ),
  );
  const panels = PANELS.flatMap(({ name, when, ways }) => [
    `## ${name}`,
    '',
    `Keys count ${when}.`,
    '',
    row('to', 'keys', 'line', 'mouse'),
    row('---', '---', '---', '---'),
    ...ways.map(({ does, keys, line, mouse }) =>
      row(does, keys || '–', line ? `\`${line}\`` : '–', mouse),
    ),
    '',
  ]);
  return [
    ...HEAD,
    row('command', 'what it does', 'who'),
    row('---', '---', '---'),
    ...verbs,
    '',
    ...panels,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const HEAD = [
  '# Commands and keys of the board',
  '',
  'Made of `web/src/line/verbs.ts` and `web/src/line/keys.ts`; `npx vitest run tests/line/keys.test.ts -u` writes it anew. What can be',
  'done with the mouse can be done by key, and the reverse. F3, F5, F11 and F12 stay the browser’s.',
  '',
  '## The command line',
  '',
  'Words are separated by blanks; case does not count. An incident goes by any unique ending of its number, a unit by its call sign',
  'without blanks, its short sign or a unique ending, a request by its unit or its incident, an agency by id, name or unique beginning, a',
  'status by code or unique beginning, a reason by the unique beginning of its code. What is not unique among those that the command may',
  'apply to now changes nothing: the candidates are listed. `tests/line/cases.json` has the whole grammar and its cases.',
  '',
];
