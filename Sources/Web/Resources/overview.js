import { api } from './api.js';
import { button, h, head } from './dom.js';
import { ago, bytes, number } from './format.js';
import { jobCard } from './job.js';
import { loaded } from './list.js';
import { openStart } from './start.js';
import { texts } from './texts.js';

const words = texts.overview;

/** What there is, what runs, and what needs attention. */
export function overview({ reason }) {
    const job = jobCard(reason, () => [h('p', { class: 'muted' }, words.idle)]);
    const start = button(texts.backups.start, () => openStart(), { kind: 'primary', key: 'start', reason });
    const list = loaded(api.overview, render, 3);
    return {
        nodes: [head(texts.pages.overview, { lead: words.lead, actions: [start], reason }), list.element, h('h2', {}, words.now), job.element],
        leave: () => {
            list.stop();
            job.stop();
        },
    };
}

function render(overview) {
    const { last_backup: last, snapshots, backups, free_bytes: free, now } = overview;
    return [
        ...attention(overview),
        h('dl', { class: 'facts' },
            fact(words.lastBackup, last ? ago(last.created, now) : words.never, last && (last.description || texts.backupName(last.id))),
            fact(words.snapshots, number(snapshots.count), snapshots.latest && words.latest(ago(snapshots.latest.created, now))),
            fact(words.backups, number(backups.count), backups.count > 0 && words.inAll(bytes(backups.bytes))),
            fact(words.free, free === undefined ? words.freeUnknown : bytes(free))),
    ];
}

function fact(name, value, detail) {
    return h('div', { class: 'card fact' }, h('dt', {}, name), h('dd', { class: 'value number' }, value),
        detail && h('dd', { class: 'muted small' }, detail));
}

function attention({ attention, last_backup: last, job, now }) {
    if (attention.length === 0) return [h('p', { class: 'notice' }, words.fine)];
    const arguments_ = { old_backup: last && ago(last.created, now), last_failed: job?.last_error };
    return attention.map(({ code, message }) => h('p', { class: `notice ${code === 'last_failed' ? 'bad' : 'warn'}` },
        words.attention[code]?.(arguments_[code]) ?? message));
}
