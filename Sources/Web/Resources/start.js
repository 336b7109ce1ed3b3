import { api } from './api.js';
import { openDialog } from './dialog.js';
import { button, choice, field, h } from './dom.js';
import { time } from './format.js';
import { live } from './live.js';
import { notifyProblem } from './notices.js';
import { copyText, makePassword } from './password.js';
import { texts } from './texts.js';

const words = texts.backups;

/** Lets a person start a backup: of which snapshot, and with a password that only that person will know. */
export async function openStart(chosen) {
    let entries;
    let existing;
    try {
        [entries, existing] = await Promise.all([api.snapshots(), api.backups()]);
    } catch (problem) {
        notifyProblem(problem);
        return;
    }
    if (entries.length === 0) {
        const link = h('a', { href: '#/snapshots', onclick: () => dialog.close() }, words.toSnapshots);
        const dialog = openDialog({ title: words.startTitle, body: [h('p', {}, words.noSnapshot), h('p', {}, link)] });
        return;
    }
    openForm(entries.toReversed(), new Set(existing.map(({ id }) => id)), chosen ?? entries.at(-1).id);
}

function openForm(entries, existing, chosen) {
    const select = h('select', { name: 'snapshot' }, entries.map((entry) => h('option', { value: entry.id, selected: entry.id === chosen },
        `#${entry.id} · ${entry.description || texts.noDescription} · ${time(entry.created)}`)));
    const replaces = h('p', { class: 'notice warn', role: 'status' });
    // The element's text is the only place where the password is, so that it is gone when that is.
    const secret = h('output', { class: 'secret', id: 'new-password', 'aria-label': words.passwordTitle }, makePassword());
    const saved = choice('checkbox', { name: 'saved' }, words.saved);
    const copied = h('span', { role: 'status', class: 'muted small' });
    const copy = button(words.copy, async () => {
        copied.textContent = await copyText(secret) ? words.copied : words.copyFailed;
    });
    const another = button(words.another, () => {
        secret.textContent = makePassword();
        copied.textContent = '';
        saved.control.checked = false;
        dialog.update();
    }, { kind: 'plain' });
    const showReplaced = () => {
        replaces.hidden = !existing.has(Number(select.value));
        replaces.textContent = replaces.hidden ? '' : words.replaces;
    };
    select.addEventListener('change', showReplaced);
    showReplaced();
    const dialog = openDialog({
        title: words.startTitle,
        body: [field(words.snapshot, select), replaces,
            h('div', { class: 'field' }, h('h3', {}, words.passwordTitle), secret,
                h('div', { class: 'secret-actions' }, copy, another, copied),
                h('p', { class: 'small' }, words.passwordWarning)),
            saved.element],
        action: words.startNow,
        canAct: () => saved.control.checked,
        act: async () => {
            const id = Number(select.value);
            live.started(id, 'exporting', await api.createBackup(id, secret.textContent));
            location.hash = '#/backups';
        },
        onclose: () => {
            secret.textContent = '';
            window.getSelection()?.removeAllRanges();
        },
    });
}
