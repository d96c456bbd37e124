/** How the printed procedure looks: on A4 and Letter, in black on white, with a pen at hand. */

export const PROCEDURE_STYLE = `
@page { size: auto; margin: 16mm 14mm 18mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.35 "DejaVu Sans", "Liberation Sans", Arial, sans-serif; color: #000; background: #fff; margin: 0 auto; max-width: 190mm; }
@media screen { body { padding: 10mm; } }
h1 { font-size: 20pt; margin: 0 0 2mm; } h2 { font-size: 14pt; margin: 8mm 0 2mm; border-bottom: 1.2pt solid #000; break-after: avoid; } h3 { font-size: 11pt; margin: 4mm 0 1mm; break-after: avoid; }
p { margin: 1.2mm 0; }
/* half of a collapsed border lies outside its table, and a printer cuts it off */ table { border-collapse: collapse; width: calc(100% - 1.2pt); margin: 2mm .6pt; } th, td { border: .6pt solid #000; padding: 1.2mm 1.6mm; text-align: left; vertical-align: top; } th { font-size: 9pt; background: #eee; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
thead { display: table-header-group; break-inside: avoid; break-after: avoid; } tr, .whole, .danger, .aloud, .head, .boxes { break-inside: avoid; } .lead { break-after: avoid; } p { orphans: 3; widows: 3; }
.word { display: inline-block; border: 2pt solid #000; padding: 1mm 3mm; font-weight: bold; font-size: 13pt; letter-spacing: .06em; }
.mono { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 9pt; overflow-wrap: anywhere; }
.words td { font-family: "DejaVu Sans Mono", monospace; font-size: 10pt; } .words td:first-child { width: 8mm; text-align: right; }
.steps td:nth-child(1), .steps th:nth-child(1) { width: 11mm; } .steps td:nth-child(3), .steps th:nth-child(3) { width: 20mm; } .steps td:nth-child(4), .steps th:nth-child(4) { width: 24mm; }
.number { font-size: 13pt; font-weight: bold; } .small { font-size: 8.5pt; }
.heading { font-weight: bold; font-size: 9pt; } .aloud { border-left: 2.4pt solid #000; padding-left: 3mm; margin: 1.5mm 0; }
.danger { border: 1.6pt solid #000; padding: 1mm 2mm; margin: 1.5mm 0; }
.boxes { display: inline-flex; flex-wrap: wrap; vertical-align: middle; } .boxes span { display: inline-block; width: 5.2mm; height: 6.4mm; border: .6pt solid #000; margin: 0 -.6pt -.6pt 0; text-align: center; line-height: 6.4mm; font-family: "DejaVu Sans Mono", monospace; font-size: 10pt; }
.head { display: flex; gap: 2mm; margin: 1.5mm 0; align-items: flex-end; } .head span { flex: 1; border-bottom: .8pt solid #000; height: 8mm; } .head b { font-size: 8.5pt; flex: 0 0 25mm; font-weight: normal; }
.fill td { height: 9mm; } .tall td { height: 22mm; }
.place { table-layout: fixed; } .place th { width: 26mm; }
.who th:nth-child(3) { width: 55mm; } .who th:nth-child(4), .who th:nth-child(5) { width: 24mm; }
.box { display: inline-block; width: 4mm; height: 4mm; border: .8pt solid #000; vertical-align: -0.6mm; overflow: hidden; font-size: 1pt; color: #fff; }
.page { break-before: page; }
.tick { display: inline-block; width: 4mm; height: 4mm; border: .8pt solid #000; vertical-align: -0.6mm; margin-right: 1mm; }
`;
