import { button, h } from './dom.js';
import { problemNotice } from './dialog.js';
import { texts } from './texts.js';

const notices = document.getElementById('notices');
const announcement = document.getElementById('announcement');

/** Says something on the page, with a button for what can be done about it. */
export function notify(text, { kind = '', action, act } = {}) {
    const notice = h('div', { class: `notice ${kind}` }, h('div', {}, text), h('div', { class: 'row-actions' },
        action && button(action, () => { notice.remove(); act(); }),
        button(texts.dismiss, () => dismiss(notice), { kind: 'plain' })));
    notices.prepend(notice);
    while (notices.childElementCount > 3) notices.lastElementChild.remove();
}

/** Says why a call was refused. */
export function notifyProblem(problem) {
    const notice = problemNotice(problem);
    notice.append(button(texts.dismiss, () => dismiss(notice), { kind: 'plain' }));
    notices.prepend(notice);
}

/** Takes away what was said. */
export function clearNotices() {
    notices.replaceChildren();
}

/** Tells those who don't see the page. */
export function announce(text) {
    announcement.textContent = text;
}

function dismiss(notice) {
    notice.remove();
    document.querySelector('h1')?.focus();
}
