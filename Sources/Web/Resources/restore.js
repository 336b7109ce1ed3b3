import { api } from './api.js';
import { button, field, h, head } from './dom.js';
import { bytes, time } from './format.js';
import { jobCard } from './job.js';
import { loaded } from './list.js';
import { notify } from './notices.js';
import { openRestore } from './restoring.js';
import { makeSearch } from './search.js';
import { Selection } from './selection.js';
import { texts } from './texts.js';
import { makeTree } from './tree.js';

const words = texts.restore;

/** The files of a backup, a search in all of them, and what was selected. */
export function restore({ reason, argument }) {
    const selection = new Selection();
    const job = jobCard(reason);
    const list = loaded(api.backups, (entries) => (entries.length === 0
        ? h('div', { class: 'card empty' }, h('h2', {}, words.emptyTitle), h('p', { class: 'muted' }, words.empty))
        : browser(entries.toSorted((a, b) => b.created - a.created), selection, Number(argument), reason)));
    return {
        nodes: [head(texts.pages.restore, { lead: words.lead, reason }), job.element, list.element],
        leave: () => {
            list.stop();
            job.stop();
        },
    };
}

function browser(entries, selection, wanted, reason) {
    const select = h('select', { name: 'backup', 'data-key': 'backup' }, entries.map((entry) => h('option', {
        value: entry.id, selected: entry.id === (selection.id ?? wanted),
    }, `#${entry.id} · ${entry.description || texts.noDescription} · ${time(entry.created)} · ${bytes(entry.size)}`)));
    const tree = h('div', { class: 'card' });
    const showTree = () => tree.replaceChildren(h('h2', {}, words.files), makeTree(Number(select.value), selection, reason));
    const search = makeSearch(selection, reason, (isSearching) => {
        tree.hidden = isSearching;
    });
    select.addEventListener('change', showTree);
    showTree();
    return [h('div', { class: 'card' }, field(words.backup, select), search.field), search.results, tree, bar(entries, selection)];
}

function bar(entries, selection) {
    const count = h('strong', { role: 'status' });
    const element = h('div', { class: 'picked job-line', hidden: true }, count, h('div', { class: 'row-actions' },
        button(words.clear, () => selection.clear(), { key: 'clear' }),
        button(words.restore, () => openRestore(entries.find(({ id }) => id === selection.id), selection), { kind: 'primary', key: 'restore' })));
    const update = () => {
        element.hidden = selection.count === 0;
        count.textContent = selection.count === 0 ? '' : words.picked(words.item(selection.count), selection.id);
    };
    selection.addEventListener('change', update);
    selection.addEventListener('replaced', () => notify(words.replacedSelection(selection.id)));
    update();
    return element;
}
