/** How a page of a conversation looks: on a screen, in the dark, and on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1d2129;--faint:#667085;--line:#e4e7ec;--shade:#f5f6f8;--mine:#eef4ff;--link:#1f5fbf}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#e4e7ec;--faint:#98a2b3;--line:#2b313b;--shade:#1c2027;--mine:#1a2536;--link:#85b4ff}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
body{max-width:46rem;margin:0 auto;padding:3rem 1.25rem 5rem;overflow-wrap:break-word}
header{border-bottom:1px solid var(--line);margin-bottom:2rem;padding-bottom:1.25rem}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
header p,.who,.note{color:var(--faint);font-size:.875rem;margin:0}
article{margin:0 0 2rem}
.who{font-weight:600;margin-bottom:.35rem}
.who time{font-weight:400}
.user .said{background:var(--mine);border-radius:.75rem;padding:.75rem 1rem}
.system .said{border-left:3px solid var(--line);color:var(--faint);padding-left:1rem}
.said>:first-child{margin-top:0}
.said>:last-child{margin-bottom:0}
.plain{white-space:pre-wrap}
.note{font-style:italic;margin:.5rem 0}
a{color:var(--link)}
img{height:auto;max-width:100%;border-radius:.5rem}
pre,code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
code{background:var(--shade);border-radius:.3rem;padding:.1em .3em}
pre{background:var(--shade);border:1px solid var(--line);border-radius:.6rem;overflow-x:auto;padding:.9rem 1rem}
pre code{background:none;padding:0}
blockquote{border-left:3px solid var(--line);color:var(--faint);margin:1rem 0;padding-left:1rem}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid var(--line);padding:.35rem .7rem;text-align:left}
.to-center{text-align:center}
.to-right{text-align:right}
hr{border:0;border-top:1px solid var(--line);margin:1.5rem 0}
details{background:var(--shade);border-radius:.6rem;color:var(--faint);font-size:.9375rem;margin-bottom:.75rem;padding:.5rem 1rem}
summary{cursor:pointer}
@media print{:root{--paper:#fff;--ink:#000;--faint:#555;--line:#bbb;--shade:#f5f5f5;--mine:#f0f0f0;--link:#000}
html{font-size:11pt}body{max-width:none;padding:0}.who,h1,h2,h3{break-after:avoid}pre,img,blockquote{break-inside:avoid}
pre{white-space:pre-wrap}details{display:block}}
`
