import { api, downloadPath } from './api.js';
import { confirmDialog, openDialog } from './dialog.js';
import { button, field, h, head } from './dom.js';
import { ago, bytes, time } from './format.js';
import { jobCard } from './job.js';
import { loaded } from './list.js';
import { live } from './live.js';
import { notify } from './notices.js';
import { openStart } from './start.js';
import { texts } from './texts.js';

const words = texts.backups;

/** The backups, newest first, and the job that runs. */
export function backups({ reason }) {
    const start = () => button(words.start, () => openStart(), { kind: 'primary', key: 'start', reason });
    const job = jobCard(reason);
    const list = loaded(api.backups, (entries) => (entries.length === 0
        ? h('div', { class: 'card empty' }, h('h2', {}, words.emptyTitle), h('p', { class: 'muted' }, words.empty))
        : h('ul', { class: 'rows' }, entries.toSorted((a, b) => b.created - a.created).map((entry) => row(entry, reason, list.reload)))));
    return {
        nodes: [head(texts.pages.backups, { lead: words.lead, actions: [start()], reason }), job.element, list.element],
        leave: () => {
            list.stop();
            job.stop();
        },
    };
}

function row(entry, reason, reload) {
    const now = Date.now() / 1000;
    return h('li', { class: 'row', 'data-id': entry.id },
        h('div', { class: 'row-text' },
            h('h2', { class: 'row-title' }, h('span', { class: 'id number' }, `#${entry.id}`),
                h('span', { class: entry.description ? '' : 'muted' }, entry.description || texts.noDescription),
                entry.verified ? h('span', { class: 'tag good' }, words.verified(ago(entry.verified_at, now)))
                    : h('span', { class: 'tag' }, words.notVerified),
                !entry.snapshot_exists && h('span', { class: 'tag' }, words.snapshotGone)),
            h('p', { class: 'muted small number' }, `${time(entry.created)} · ${bytes(entry.size)}`)),
        h('div', { class: 'row-actions', role: 'group', 'aria-label': texts.backupName(entry.id) },
            h('a', { class: 'button', href: downloadPath(entry), download: entry.name, 'data-key': `download-${entry.id}` }, words.download),
            h('a', { class: 'button', href: `#/restore/${entry.id}`, 'data-key': `files-${entry.id}` }, words.files),
            button(words.verify, () => openVerify(entry), { key: `verify-${entry.id}`, reason }),
            button(words.delete, () => openDelete(entry, reload), { key: `delete-${entry.id}`, kind: 'danger', reason })));
}

function openVerify(entry) {
    const password = h('input', { type: 'password', name: 'password', autocomplete: 'off', maxlength: '255', autofocus: true });
    openDialog({
        title: words.verifyTitle(entry.id),
        body: [h('p', {}, words.verifyLead), field(words.password, password)],
        action: words.verify,
        canAct: () => password.value !== '',
        act: async () => live.started(entry.id, 'verifying', await api.verify(entry.id, password.value)),
        onclose: () => {
            password.value = '';
        },
    });
}

function openDelete(entry, reload) {
    confirmDialog({
        title: words.deleteTitle(entry.id),
        paragraphs: words.deleteWarning(bytes(entry.size)),
        action: words.delete,
        act: async () => {
            await api.deleteBackup(entry.id);
            notify(words.deleted(entry.id));
            await reload();
        },
    });
}
