import { api } from './api.js';
import { button, h } from './dom.js';
import { clearNotices, notifyProblem } from './notices.js';
import { watchJobs } from './job.js';
import { live } from './live.js';
import { texts } from './texts.js';
import { overview } from './overview.js';
import { snapshots } from './snapshots.js';
import { backups } from './backups.js';
import { restore } from './restore.js';

const views = { overview, snapshots, backups, restore };
const connection = document.getElementById('connection');
const place = document.getElementById('view');
let leave;

function currentPage() {
    const [name, argument] = location.hash.replace(/^#\//, '').split('/');
    return { name: name in views ? name : 'overview', argument };
}

function show(session, isFirst) {
    const { name, argument } = currentPage();
    leave?.();
    if (!isFirst) clearNotices();
    for (const link of document.querySelectorAll('#nav a')) {
        if (link.dataset.page === name) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    }
    document.title = texts.documentTitle(texts.pages[name]);
    const view = views[name]({ reason: session.role === 'full' ? undefined : texts.readOnlyReason, argument });
    place.replaceChildren(...view.nodes);
    leave = view.leave;
    if (!isFirst) place.querySelector('h1')?.focus();
}

function showSession(session) {
    document.getElementById('name').textContent = session.name;
    const role = document.getElementById('role');
    role.hidden = session.role === 'full';
    role.textContent = texts.readOnly;
    role.title = texts.readOnlyReason;
}

function watchConnection() {
    live.on('offline', (problem) => {
        const sentence = problem.detail ?? problem.message;
        connection.replaceChildren(h('div', { class: 'notice warn' }, texts.connectionLost(sentence)));
    });
    live.on('online', () => {
        connection.replaceChildren(h('div', { class: 'notice' }, texts.connectionBack));
        setTimeout(() => connection.replaceChildren(), 10000);
    });
    window.addEventListener('session-ended', () => {
        connection.replaceChildren(h('div', { class: 'notice warn' }, h('div', {}, texts.sessionEnded),
            h('a', { class: 'button', href: '/login' }, texts.logIn)));
    });
}

async function start() {
    place.className = 'views';
    document.getElementById('nav').append(...Object.keys(views).map((name) => h('a', { href: `#/${name}`, 'data-page': name }, texts.pages[name])));
    document.querySelector('.skip').addEventListener('click', (event) => {
        // The address names the page; a jump must not change it.
        event.preventDefault();
        document.getElementById('content').focus();
    });
    watchConnection();
    try {
        const session = await api.session();
        showSession(session);
        window.addEventListener('hashchange', () => show(session, false));
        show(session, true);
        watchJobs();
        live.start();
    } catch (problem) {
        notifyProblem(problem);
        place.replaceChildren(button(texts.tryAgain, () => location.reload(), { kind: 'primary' }));
    }
}

start();
