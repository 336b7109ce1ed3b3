import { api } from './api.js';
import { problemNotice } from './dialog.js';
import { button, h, skeleton } from './dom.js';
import { bytes } from './format.js';
import { placeOf } from './selection.js';
import { texts } from './texts.js';

const words = texts.restore;
const pageSize = 500;

/** The tree of a backup's files; what is in a directory is asked for when it is opened. */
export function makeTree(id, selection, reason) {
    const tree = h('ul', { class: 'tree' });
    openDirectory(tree, id, { path: '' }, selection, reason, () => false);
    return tree;
}

async function openDirectory(list, id, directory, selection, reason, isCovered, offset = 0) {
    const waiting = h('li', {}, skeleton(1));
    list.append(waiting);
    try {
        const { entries, more } = await pageOf(id, directory, offset, waiting);
        waiting.remove();
        const shown = (entry) => (directory.shown ? `${directory.shown}/${entry.display}` : entry.display);
        list.append(...entries.map((entry) => makeEntry(id, { ...entry, shown: shown(entry) }, selection, reason, isCovered)));
        if (offset + entries.length === 0) list.append(h('li', { class: 'muted small' }, words.emptyDirectory));
        if (more) {
            const next = h('li', {}, button(words.more, () => {
                next.remove();
                openDirectory(list, id, directory, selection, reason, isCovered, offset + entries.length);
            }, { kind: 'plain' }));
            list.append(next);
        }
    } catch (problem) {
        waiting.replaceChildren(problemNotice(problem), button(texts.tryAgain, () => {
            waiting.remove();
            openDirectory(list, id, directory, selection, reason, isCovered, offset);
        }));
    }
}

/** Asks for entries, and again while the list of a backup that has just been made is not ready yet. */
async function pageOf(id, directory, offset, waiting) {
    for (;;) {
        try {
            return await api.files(id, placeOf(directory), offset, pageSize);
        } catch (problem) {
            if (problem.code !== 'Busy' || !waiting.isConnected) throw problem;
            waiting.replaceChildren(h('p', { class: 'muted small' }, words.listing));
            await new Promise((resolve) => setTimeout(resolve, 1000));
        }
    }
}

function makeEntry(id, entry, selection, reason, isCovered) {
    const isDirectory = entry.type === 'directory';
    const line = entryLine(id, entry, selection, reason, isCovered);
    if (!isDirectory) {
        line.prepend(h('span', { class: 'gap' }));
        return h('li', {}, line);
    }
    const below = h('ul', { hidden: true });
    const twist = h('button', {
        type: 'button', class: 'twist', 'aria-expanded': 'false', 'aria-label': words.open(entry.display),
        onclick: () => {
            const isOpening = below.hidden;
            below.hidden = !isOpening;
            twist.setAttribute('aria-expanded', String(isOpening));
            if (isOpening && below.childElementCount === 0) {
                openDirectory(below, id, entry, selection, reason, () => isCovered() || selection.has(id, entry));
            }
        },
    });
    line.prepend(twist);
    return h('li', {}, line, below);
}

/** A line with a checkbox, which follows the selection; what lies in a selected directory is selected with it. */
export function entryLine(id, entry, selection, reason, isCovered = () => false) {
    const box = h('input', {
        type: 'checkbox', title: reason, id: `entry-${id}-${entry.path ?? entry.path_base64}`,
        onchange: () => (box.checked ? selection.add(id, entry) : selection.remove(entry)),
    });
    const update = () => {
        box.checked = isCovered() || selection.has(id, entry);
        box.disabled = Boolean(reason) || isCovered();
    };
    const follow = () => {
        if (box.isConnected) update();
        else selection.removeEventListener('change', follow);
    };
    selection.addEventListener('change', follow);
    update();
    const size = entry.type === 'file' ? bytes(entry.size) : entry.type === 'symlink' ? words.linkType : '';
    return h('div', { class: 'file' }, box, h('label', { class: 'name', for: box.id }, entry.display), h('span', { class: 'size number' }, size));
}
