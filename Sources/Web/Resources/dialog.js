import { button, focusControl, h } from './dom.js';
import { texts } from './texts.js';

/** What a refused call tells: the service's sentence, and what to do. */
export function problemNotice(problem) {
    return h('div', { class: 'notice bad' }, h('div', {}, h('p', {}, problem.message),
        problem.advice && h('p', { class: 'advice small' }, problem.advice)));
}

/**
 * Opens a dialog and returns it. `act` is called when the button `action` is pressed; when it is done the dialog closes, and when
 * it throws the dialog tells why and stays. Escape closes it.
 */
export function openDialog({ title, body, action, kind = 'primary', act, onclose, canAct = () => true }) {
    const outcome = h('div', { class: 'notices', role: 'alert' });
    const confirm = action && h('button', { class: kind }, action);
    const close = button(action ? texts.cancel : texts.close, () => dialog.close(), { kind: action ? '' : 'primary' });
    const heading = h('h2', { id: 'dialog-title' }, title);
    const form = h('form', { method: 'dialog', novalidate: true }, heading, body, outcome, h('div', { class: 'buttons' }, close, confirm));
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, form);
    let isBusy = false;
    dialog.update = () => {
        if (confirm) confirm.disabled = isBusy || !canAct();
    };
    form.addEventListener('input', dialog.update);
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        if (isBusy || !confirm || !canAct()) return;
        isBusy = true;
        confirm.textContent = texts.working;
        outcome.replaceChildren();
        dialog.update();
        try {
            await act();
            dialog.close();
        } catch (problem) {
            outcome.replaceChildren(problemNotice(problem));
        }
        isBusy = false;
        confirm.textContent = action;
        dialog.update();
    });
    dialog.addEventListener('close', () => {
        onclose?.();
        dialog.remove();
        // The control that opened it may be another one by now.
        if (document.activeElement === document.body) focusControl(opener);
    });
    const opener = document.activeElement?.dataset.key;
    document.body.append(dialog);
    dialog.update();
    dialog.showModal();
    (form.querySelector('[autofocus]') ?? (kind.includes('danger') ? close : null) ?? form.querySelector('input, select, button'))?.focus();
    return dialog;
}

/** Asks before something that can't be taken back, or not easily. */
export function confirmDialog({ title, paragraphs, action, kind = 'primary danger', act }) {
    return openDialog({ title, body: paragraphs.map((text) => h('p', {}, text)), action, kind, act });
}
