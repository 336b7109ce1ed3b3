/**
 * Makes an element. Attributes that start with `on` are listeners; children are elements and texts, never markup, so that
 * nothing that came from elsewhere can become part of the page's structure.
 */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? '' : String(value));
    }
    element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
    return element;
}

/** Puts `nodes` in place of what `container` holds; the focus stays on the control with the same `data-key`. */
export function replace(container, ...nodes) {
    const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    container.replaceChildren(...nodes);
    if (focused) focusControl(focused, container);
}

/** Moves the focus to the control with this `data-key`, which may be another one than before; where there is none, to the title. */
export function focusControl(key, container = document) {
    const same = [...container.querySelectorAll('[data-key]')].find((element) => element.dataset.key === key && !element.disabled);
    (same ?? document.querySelector('h1'))?.focus();
}

/** A button; one that must not be used is disabled and says why. */
export function button(label, onclick, { kind = '', key, reason, title } = {}) {
    return h('button', {
        type: 'button', class: kind || undefined, onclick, 'data-key': key, disabled: Boolean(reason), title: reason ?? title,
    }, label);
}

let fields = 0;

/** A label with its control, and a hint for both. */
export function field(label, control, hint) {
    fields += 1;
    control.id ||= `field-${fields}`;
    const explanation = hint && h('p', { class: 'hint', id: `${control.id}-hint` }, hint);
    if (explanation) control.setAttribute('aria-describedby', explanation.id);
    return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, explanation);
}

/** A checkbox or a radio button with its label around it. */
export function choice(type, attributes, label, explanation) {
    const control = h('input', { type, ...attributes });
    const text = explanation ? h('span', {}, h('b', {}, label), h('br'), h('span', { class: 'muted small' }, explanation)) : label;
    return { control, element: h('label', { class: 'choice' }, control, h('span', {}, text)) };
}

/** A page's title, which takes the focus when the page is opened, with what can be done beside it. */
export function head(title, { lead, actions = [], reason } = {}) {
    return h('div', { class: 'head' },
        h('div', { class: 'head-text' }, h('h1', { tabindex: '-1' }, title), lead && h('p', { class: 'muted' }, lead),
            reason && h('p', { class: 'muted small' }, reason)),
        actions.length > 0 && h('div', { class: 'row-actions' }, actions));
}

/** What is seen until the first answer. */
export function skeleton(count = 2) {
    return Array.from({ length: count }, () => h('div', { class: 'skeleton', 'aria-hidden': 'true' }));
}
