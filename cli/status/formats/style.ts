/** How the status page looks. Colours are those of all pages. */
export const style = `
h1, h2, h3 { line-height: 1.25 }
h2 { margin: 0; font-size: 1.35rem } h3 { margin: 0; font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--muted) }
p { margin: .25rem 0 }
small, .muted { color: var(--muted) }
ul.plain { list-style: none; margin: 0; padding: 0 }
.num { font-variant-numeric: tabular-nums; white-space: nowrap }
.ok { --own: var(--ok); --own-ground: var(--ok-ground) } .warning { --own: var(--warning); --own-ground: var(--warning-ground) }
.critical { --own: var(--critical); --own-ground: var(--critical-ground) } .unknown { --own: var(--unknown); --own-ground: var(--unknown-ground) }
.none { --own: var(--muted); --own-ground: var(--quiet-ground) }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; color: var(--own); background: var(--own-ground); font-weight: 600; white-space: nowrap }
.mark { color: var(--own); font-weight: 700 }
.verdict { padding: .8rem 1rem; border-radius: .5rem; border-left: .4rem solid var(--own); background: var(--own-ground); color: var(--own); font-size: 1.25rem; font-weight: 600 }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; margin: 1rem 0 2rem; padding: 0; list-style: none }
.cards a { display: block; height: 100%; padding: .7rem .9rem; border: 1px solid var(--line); border-top: .3rem solid var(--own); border-radius: .5rem; color: inherit; text-decoration: none }
.cards a:hover { background: var(--soft) }
.cards b { font-size: 1.1rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: .4rem 0 0 } dt { color: var(--muted) } dd { margin: 0 }
section.cluster { margin: 0 0 2rem; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: .5rem }
.cluster > header { display: flex; flex-wrap: wrap; gap: .3rem .75rem; align-items: baseline }
ul.problems { margin: .75rem 0 }
.problems li { padding: .25rem .6rem; margin: .2rem 0; border-left: .25rem solid var(--own); background: var(--own-ground) }
.problems .mark { margin-right: .4rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; margin: 1rem 0 }
.dots { display: flex; flex-wrap: wrap; gap: .25rem; margin: .35rem 0 }
.dots span { width: 1.35rem; height: 1.35rem; border-radius: .25rem; background: var(--own-ground); color: var(--own); border: 1px solid currentColor; font-size: .8rem; font-weight: 700; line-height: 1.25rem; text-align: center }
.dots.round span { border-radius: 50% }
.plots { grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr)) }
time, .scroll td:nth-child(2) { white-space: nowrap }
figure { margin: 0 } figcaption h3 { width: 100% }
figcaption { display: flex; justify-content: space-between; gap: .5rem; flex-wrap: wrap }
.spark { display: block; width: 100%; height: 2.6rem; background: var(--soft); border-bottom: 1px solid var(--line) }
.spark path { fill: none; stroke: var(--link); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke }
.nothing { display: flex; align-items: center; justify-content: center; height: 2.6rem; color: var(--muted); background: var(--soft) }
.bar { display: block; width: 100%; min-width: 3.5rem; height: .5rem; border: 1px solid var(--line); background: var(--soft) }
.bar rect { fill: var(--own) }
details { margin: .6rem 0 } summary { cursor: pointer; font-weight: 600; padding: .2rem 0 }
td.mark { text-align: center; width: 2rem }
tr.critical td, tr.unknown td { background: var(--own-ground) }
@media print { details::details-content { content-visibility: visible } }
`.trim();
