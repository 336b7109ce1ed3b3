import { api } from './api.js';
import { confirmDialog, openDialog } from './dialog.js';
import { button, choice, field, h, head } from './dom.js';
import { bytes, time } from './format.js';
import { loaded } from './list.js';
import { notify } from './notices.js';
import { openStart } from './start.js';
import { texts } from './texts.js';

const words = texts.snapshots;

/** The snapshots, newest first, and what can be done with each. */
export function snapshots({ reason }) {
    const create = () => button(words.create, () => openCreate(list.reload), { kind: 'primary', key: 'create', reason });
    const list = loaded(api.snapshots, (entries) => (entries.length === 0
        ? h('div', { class: 'card empty' }, h('h2', {}, words.emptyTitle), h('p', { class: 'muted' }, words.empty))
        : h('ul', { class: 'rows' }, entries.toReversed().map((entry) => row(entry, reason, list.reload)))));
    return { nodes: [head(texts.pages.snapshots, { lead: words.lead, actions: [create()], reason }), list.element], leave: list.stop };
}

function row(entry, reason, reload) {
    const tags = [
        entry.active && h('span', { class: 'tag good' }, words.active),
        entry.system && h('span', { class: 'tag' }, words.system),
        entry.data && h('span', { class: 'tag' }, words.data),
        entry.kind in words && h('span', { class: 'tag' }, words[entry.kind]),
        !entry.atomic && h('span', { class: 'tag' }, words.notAtomic),
    ];
    const uses = entry.exclusive_bytes === undefined ? '' : ` · ${words.uses(bytes(entry.exclusive_bytes))}`;
    return h('li', { class: 'row', 'data-id': entry.id },
        h('div', { class: 'row-text' },
            h('h2', { class: 'row-title' }, h('span', { class: 'id number' }, `#${entry.id}`),
                h('span', { class: entry.description ? '' : 'muted' }, entry.description || texts.noDescription), tags),
            h('p', { class: 'muted small number' }, `${time(entry.created)}${uses}`),
            entry.left_out.length > 0 && h('p', { class: 'muted small' }, words.leftOut(entry.left_out.join('; ')))),
        h('div', { class: 'row-actions', role: 'group', 'aria-label': texts.snapshotName(entry.id) },
            button(words.backUp, () => openStart(entry.id), { key: `back-up-${entry.id}`, reason }),
            button(words.activate, () => openActivate(entry, reload), { key: `activate-${entry.id}`, reason }),
            button(words.delete, () => openDelete(entry, reload), { key: `delete-${entry.id}`, kind: 'danger', reason })));
}

function openCreate(reload) {
    const system = choice('checkbox', { name: 'system', checked: true }, words.system, words.systemHint);
    const data = choice('checkbox', { name: 'data', checked: true }, words.data, words.dataHint);
    const description = h('input', { name: 'description', maxlength: '1000', autocomplete: 'off', autofocus: true });
    openDialog({
        title: words.create,
        body: [field(words.description, description, words.descriptionHint),
            h('fieldset', {}, h('legend', {}, words.what), system.element, data.element)],
        action: words.create,
        canAct: () => system.control.checked || data.control.checked,
        act: async () => {
            const { id } = await api.createSnapshot(system.control.checked, data.control.checked, description.value.trim());
            notify(words.created(id));
            await reload();
        },
    });
}

function openActivate(entry, reload) {
    const what = entry.system && entry.data ? words.systemAndData : entry.system ? words.systemOnly : words.dataOnly;
    confirmDialog({
        title: words.activateTitle(entry.id),
        paragraphs: words.activateWarning(what, time(entry.created)),
        action: words.activate,
        act: async () => {
            const { undo_id: undo } = await api.activate(entry.id);
            notify(words.activated(entry.id, undo), {
                kind: 'warn', action: words.undoActivation, act: async () => openUndo(undo, reload),
            });
            await reload();
        },
    });
}

async function openUndo(id, reload) {
    const entry = (await api.snapshots()).find((snapshot) => snapshot.id === id);
    if (entry) openActivate(entry, reload);
}

function openDelete(entry, reload) {
    const paragraphs = words.deleteWarning(entry.description ? `“${entry.description}”.` : '');
    if (entry.kind === 'undo') paragraphs.push(words.deleteUndoWarning);
    confirmDialog({
        title: words.deleteTitle(entry.id),
        paragraphs,
        action: words.delete,
        act: async () => {
            await api.deleteSnapshot(entry.id);
            notify(words.deleted(entry.id));
            await reload();
        },
    });
}
