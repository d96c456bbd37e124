/** How a page looks: on light and dark screens, narrow ones, and on paper. Symbols and words carry every meaning; colour only repeats it. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1a1a1a;--soft:#55595f;--line:#c9cdd2;--panel:#f4f5f7;--good:#0b5d2a;--bad:#a4000f;--doubt:#7a4b00;--link:#0b4f9e}
@media(prefers-color-scheme:dark){:root{--back:#14161a;--text:#e8e8e6;--soft:#a9afb7;--line:#3c424a;--panel:#1e2126;--good:#7fd69a;--bad:#ff9a94;--doubt:#f0c070;--link:#8fc1ff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem 1.25rem 3rem}
h1{font-size:1.75rem;line-height:1.2;margin:.25rem 0 1rem}
h2{font-size:1.3rem;margin:2.25rem 0 .5rem;padding-bottom:.2rem;border-bottom:2px solid var(--line)}
h3{font-size:1.05rem;margin:1.25rem 0 .25rem}
p{margin:.5rem 0;max-width:62rem}
a{color:var(--link)}
small{color:var(--soft);font-weight:400}
.assurance{display:inline-block;border:2px solid currentColor;font-weight:700;letter-spacing:.06em;padding:.1rem .6rem;margin:.5rem 0}
.intro{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0 0 1rem}
.intro dt{color:var(--soft)}
.intro dd{margin:0}
.verdict{border:3px solid var(--doubt);background:var(--panel);padding:.25rem 1.25rem 1rem;margin:1rem 0}
.verdict.pass{border-color:var(--good)}
.verdict.fail{border-color:var(--bad)}
.verdict.pending{border-style:dashed}
.verdict h2{border:0;margin:.5rem 0 0;font-size:1rem;color:var(--soft)}
.headline{font-size:1.35rem;font-weight:700;margin:.25rem 0}
.pass .headline{color:var(--good)}.fail .headline{color:var(--bad)}.not-checked .headline{color:var(--doubt)}
.counts{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 2rem;padding:0;margin:.5rem 0}
.counts b{font-size:1.35rem}
.itself{border-left:4px solid var(--doubt);padding-left:1rem;margin:1.5rem 0}
.made h2,.itself h2{border:0;margin:0;font-size:1.1rem}
.verdict h3{margin:.75rem 0 0;font-size:.95rem}.verdict ul{margin:.25rem 0}
#outside,#drop{background:var(--panel);border:1px solid var(--line);padding:.25rem 1.25rem 1rem;margin:1rem 0}
#outside h2,#drop h2{border:0;margin:.5rem 0 0;font-size:1.1rem}
.over #drop{outline:4px dashed var(--link)}
textarea{width:100%;max-width:48rem;font:inherit;background:var(--back);color:var(--text);border:1px solid var(--soft);padding:.5rem}
input[type=file]{max-width:100%}button,input[type=file]{font:inherit;color:inherit;padding:.35rem .9rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;padding:.5rem 0;margin:1rem 0 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--soft)}
tbody th{font-weight:600}
.number{text-align:right}
.wide{overflow-x:auto}
.words{width:auto}.words td,.words th{padding:.15rem .8rem .15rem 0;border:0}.words td:nth-child(2){font-family:ui-monospace,"Liberation Mono",monospace;color:var(--soft)}
.digest,pre,.recorded{overflow-wrap:anywhere}
.digest,pre,code{font-family:ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:.86em}
pre{background:var(--panel);border:1px solid var(--line);padding:.5rem .75rem;margin:.35rem 0;white-space:pre-wrap}
.result{font-weight:600;overflow-wrap:anywhere;color:var(--soft)}
.result.pass{color:var(--good)}.result.fail{color:var(--bad)}.result.not-checked{color:var(--doubt)}
.result .why{font-weight:400;color:var(--text)}
.against{padding:0;list-style:none}
.against li{border-left:4px solid var(--bad);padding:.15rem .75rem;margin:.35rem 0}
.against li::before{content:"! ";font-weight:700}
.tree,.tree ul{list-style:none;padding-left:0;margin:.5rem 0}
.tree ul{padding-left:1.25rem;border-left:2px solid var(--line);margin-left:.6rem}
.certificate{border:1px solid var(--line);padding:.35rem .75rem;margin:.5rem 0;overflow-wrap:anywhere}
.certificate p{margin:.1rem 0}
.crl{margin-left:1.25rem;border-style:dashed}
.tag{border:1px solid currentColor;border-radius:.2rem;padding:0 .35rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.tag.bad{color:var(--bad)}
.fields th{width:14rem;font-weight:400;color:var(--soft)}
.acts{list-style:none;padding:0}
.act{border-left:2px solid var(--line);padding-left:1rem;margin:.75rem 0}
.act h3{margin:.25rem 0 0}
.entries{list-style:none;padding:0;margin:.25rem 0}
.entries>li{display:grid;grid-template-columns:1fr auto;column-gap:1rem;padding:.2rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}.entries p{margin:0}.raw[open]{grid-column:1/-1}
.seq{display:inline-block;min-width:4rem;color:var(--soft);text-align:right;margin-right:.5rem}
.entries time{color:var(--soft);margin-right:.5rem}
.raw summary{font-size:.85rem;color:var(--soft)}
.pem{user-select:all;width:max-content;max-width:100%}
summary{cursor:pointer}
:target{outline:3px solid var(--link);outline-offset:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.banner,#banner:not(:empty){display:block;background:#a4000f;color:#fff;font-weight:700;padding:.75rem 1.25rem;margin:0}
.skip{position:absolute;left:-999rem}.skip:focus{left:.5rem;top:.5rem;background:var(--back);padding:.5rem}
footer{max-width:72rem;margin:0 auto;padding:0 1.25rem 2rem;color:var(--soft);font-size:.85rem}
@media(max-width:40rem){main{padding:.5rem .75rem 2rem}.intro{grid-template-columns:1fr}.intro dd{margin-bottom:.35rem}.verdict{padding:.25rem .75rem .75rem}th,td{padding:.3rem .35rem}.fields th{width:auto}}
@media print{
:root{--back:#fff;--text:#000;--soft:#444;--line:#999;--panel:#fff;--good:#000;--bad:#000;--doubt:#000;--link:#000}
html{font-size:9.5pt}main{max-width:none;padding:0}
nav,.skip,#outside form,#outside,#drop,.raw{display:none}
details::details-content{content-visibility:visible;display:block}
h2,h3{break-after:avoid}tr,.certificate,.entries>li,.verdict{break-inside:avoid}
.wide{overflow:visible}a{text-decoration:none}
@page{margin:16mm 14mm}
}
`;
