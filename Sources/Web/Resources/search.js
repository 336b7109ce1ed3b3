import { api } from './api.js';
import { problemNotice } from './dialog.js';
import { button, field, h } from './dom.js';
import { time } from './format.js';
import { texts } from './texts.js';
import { entryLine } from './tree.js';

const words = texts.restore;
const pageSize = 100;
const pause = 250;

/** A box that searches all backups while somebody types, from the third letter on; `onchange` is told whether it does. */
export function makeSearch(selection, reason, onchange) {
    const input = h('input', { type: 'search', name: 'search', placeholder: words.searchHint, autocomplete: 'off', spellcheck: 'false' });
    const results = h('div', { class: 'card', hidden: true });
    let timer;
    let turn = 0;
    input.addEventListener('input', () => {
        clearTimeout(timer);
        turn += 1;
        const text = input.value.trim();
        // Characters, not UTF-16 units.
        const isLongEnough = [...text].length >= 3;
        results.hidden = !isLongEnough;
        onchange(isLongEnough);
        if (isLongEnough) timer = setTimeout(() => run(text, turn), pause);
    });

    async function run(text, mine) {
        const status = h('p', { class: 'muted', role: 'status' }, words.searching);
        const list = h('div', { class: 'loaded' });
        results.replaceChildren(status, list);
        let count = 0;
        const next = async () => {
            try {
                const { matches, unsearched, more } = await api.search(text, count, pageSize);
                if (mine !== turn) return;
                count += matches.length;
                status.textContent = count === 0 ? words.noMatch(text) : words.found(count, more);
                list.append(...byBackup(matches).map(([id, entries]) => group(id, entries, selection, reason)));
                if (more) {
                    const again = button(words.more, () => {
                        again.remove();
                        next();
                    }, { kind: 'plain' });
                    list.append(again);
                } else {
                    list.append(...unsearched.map((entry) => h('p', { class: 'muted small' }, words.unsearched(entry.id, entry.reason))));
                }
            } catch (problem) {
                if (mine === turn) results.replaceChildren(problemNotice(problem));
            }
        };
        await next();
    }

    return { field: field(words.search, input), results };
}

function byBackup(matches) {
    const groups = new Map();
    for (const match of matches) groups.set(match.id, [...(groups.get(match.id) ?? []), match]);
    return [...groups].sort(([a], [b]) => b - a);
}

function group(id, entries, selection, reason) {
    return h('section', {}, h('h3', {}, `${texts.backupName(id)} · ${time(entries[0].snapshot_created)}`),
        h('ul', { class: 'tree' }, entries.map((entry) => h('li', {}, entryLine(id, entry, selection, reason)))));
}
