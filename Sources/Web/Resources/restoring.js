import { api } from './api.js';
import { openDialog } from './dialog.js';
import { choice, field, h } from './dom.js';
import { live } from './live.js';
import { texts } from './texts.js';

const words = texts.restore;
const shownNames = 5;

/** Asks where what was selected shall go, and starts restoring it. */
export function openRestore(backup, selection) {
    const modes = [
        choice('radio', { name: 'mode', value: 'beside', checked: true }, words.beside, words.besideHint),
        choice('radio', { name: 'mode', value: 'missing' }, words.missing, words.missingHint),
        choice('radio', { name: 'mode', value: 'in_place' }, words.inPlace, words.inPlaceHint),
    ];
    const password = backup.snapshot_exists ? undefined
        : h('input', { type: 'password', name: 'password', autocomplete: 'off', maxlength: '255' });
    const names = selection.names;
    openDialog({
        title: words.title(words.item(names.length), backup.id),
        body: [
            h('ul', { class: 'names' }, names.slice(0, shownNames).map((name) => h('li', {}, name)),
                names.length > shownNames && h('li', { class: 'muted' }, words.andMore(names.length - shownNames))),
            h('fieldset', {}, h('legend', {}, words.where), modes.map((mode) => mode.element)),
            password && field(texts.backups.password, password, words.passwordHint),
        ].filter(Boolean),
        action: words.action,
        canAct: () => !password || password.value !== '',
        act: async () => {
            const mode = modes.find(({ control }) => control.checked).control.value;
            const order = { ...selection.order(), mode, ...(password && { password: password.value }) };
            live.started(backup.id, 'restoring', await api.restore(backup.id, order));
            selection.clear();
        },
        onclose: () => {
            if (password) password.value = '';
        },
    });
}
