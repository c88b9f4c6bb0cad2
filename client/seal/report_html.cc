#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/layout.h"
#include "client/seal/report.h"
#include "client/words.h"

namespace exposure {
namespace {

// The policy lets nothing in but this style: should anything ever get past Escape, it has nowhere to go.
constexpr char kHead[] = R"(<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What became of the rows</title>
<style>
:root { color-scheme: light dark; --text: #111; --page: #fff; --line: #767676; --soft: #f3f2f1;
  --read: #505a5f; --indexed: #1d70b8; --merged: #54319f; --quarantined: #b10e1e; }
@media (prefers-color-scheme: dark) { :root { --text: #f3f2f1; --page: #16181a; --line: #8d9499; --soft: #24282b;
  --read: #b1b4b6; --indexed: #5ca6e4; --merged: #a99bdf; --quarantined: #ff7b85; } }
@media print { :root { color-scheme: light; --text: #000; --page: #fff; --line: #767676; --soft: #fff;
  --read: #505a5f; --indexed: #1d70b8; --merged: #54319f; --quarantined: #b10e1e; }
  section, tbody.group { break-inside: avoid; } section.long { break-inside: auto; } thead { display: table-header-group; } }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
.marking { font-weight: bold; border: 2px solid var(--text); padding: .25rem .75rem; display: inline-block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
dt { font-weight: bold; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
th[scope=row], th[scope=rowgroup] { font-weight: normal; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.share { width: 45%; }
.bar { display: block; height: .75rem; min-width: 2px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.read { background: var(--read); } .indexed { background: var(--indexed); } .merged { background: var(--merged); }
.quarantined { background: var(--quarantined); }
blockquote { margin: 0; padding: .5rem 1rem; background: var(--soft); border-left: 4px solid var(--line); }
</style>
</head>
<body>
)";

constexpr char kMarking[] = "<p class=\"marking\">Personal data: OFFICIAL-SENSITIVE</p>\n";

constexpr char kWords[] = R"(<dl>
<dt>Indexed</dt><dd>People who can find themselves by their number.</dd>
<dt>Merged</dt><dd>Further rows of people who are indexed already.</dd>
<dt>Quarantined</dt><dd>Rows without a number that can be used. These people cannot find themselves: tell them directly.</dd>
<dt>Left out</dt><dd>Rows that are nobody’s, or another force’s, or of people taken out after a dispute. In none of the sums.</dd>
</dl>
)";

// Text, whatever is in it: on one line, isolated from the direction of writing of what is around it by <bdi>.
std::string Escape(std::string_view text) {
  std::string out = "<bdi>";
  for (const char c : OneLine(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out + "</bdi>";
}

std::string Fact(const char* what, std::string_view is) {
  return is.empty() ? "" : absl::StrCat("<dt>", what, "</dt><dd>", Escape(is), "</dd>\n");
}

// A bar as long as `count` is of `whole`, and the share in figures beside it.
std::string ShareCell(uint64_t count, uint64_t whole, const char* kind) {
  const double percent =
      whole == 0 ? 0 : std::min(100.0, 100.0 * static_cast<double>(count) / static_cast<double>(whole));
  std::string bar;
  if (count > 0) {
    bar = absl::StrFormat("<span class=\"bar %s\" style=\"width:%.1f%%\" aria-hidden=\"true\"></span>", kind, percent);
  }
  return absl::StrCat("<td class=\"share\">", absl::StrFormat("%.1f%%", percent), bar, "</td>");
}

std::string CountCell(uint64_t count) { return absl::StrCat("<td class=\"n\">", FormatCount(count), "</td>"); }

// One table of the source: five rows, the first with its name. Bars are shares of `whole`, so that tables compare.
std::string TableGroup(const std::string& name, const v1::TableCount& table, uint64_t whole) {
  std::string out = absl::StrCat("<tbody class=\"group\">\n<tr><th scope=\"rowgroup\" rowspan=\"5\">", name, "</th>");
  const auto row = [&](const char* what, uint64_t count, const char* kind) {
    absl::StrAppend(&out, kind == std::string_view("read") ? "" : "<tr>", "<th scope=\"row\">", what, "</th>",
                    CountCell(count), ShareCell(count, whole, kind), "</tr>\n");
  };
  row("Read", table.read(), "read");
  row("Indexed", table.indexed(), "indexed");
  row("Merged", table.merged(), "merged");
  row("Quarantined", table.quarantined(), "quarantined");
  absl::StrAppend(&out, "<tr><th scope=\"row\">Left out</th>", CountCell(table.left_out()),
                  "<td></td></tr>\n</tbody>\n");
  return out;
}

std::string RowsSection(const Reconciliation& r) {
  std::string out = absl::StrCat(
      "<section>\n<h2>The rows</h2>\n<p>Read ", FormatCount(r.read), " = indexed ", FormatCount(r.indexed),
      " + merged ", FormatCount(r.merged), " + quarantined ", FormatCount(r.quarantined), ".</p>\n", kWords,
      "</section>\n<section class=\"long\">\n<table>\n<caption>Table by table; shares are of "
      "all rows read</caption>\n<thead><tr><th scope=\"col\">Table</th><th scope=\"col\">Rows"
      "</th><th scope=\"col\" class=\"n\">Count</th><th scope=\"col\">Share</th></tr></thead>\n");
  for (const v1::TableCount& table : r.tables) absl::StrAppend(&out, TableGroup(Escape(table.table()), table, r.read));
  if (r.tables.size() != 1) {
    v1::TableCount sum;
    sum.set_read(r.read);
    sum.set_indexed(r.indexed);
    sum.set_merged(r.merged);
    sum.set_quarantined(r.quarantined);
    sum.set_left_out(RowsLeftOut(r));
    absl::StrAppend(&out, TableGroup("<strong>All</strong>", sum, r.read));
  }
  return out + "</table>\n</section>\n";
}

// Like with like.
std::string ComparisonRow(const Reconciliation& r, const char* declared_what, uint64_t declared, const char* found_what,
                          uint64_t found) {
  std::string verdict = "not declared";
  const uint64_t difference = std::max(declared, found) - std::min(declared, found);
  if (declared != 0) {
    verdict = difference == 0                  ? "agrees"
              : r.difference_explained.empty() ? "to be explained before publishing"
                                               : "explained below";
  }
  return absl::StrCat("<tr><th scope=\"row\">", declared_what, " / ", found_what, "</th>",
                      declared == 0 ? "<td class=\"n\">–</td>" : CountCell(declared), CountCell(found),
                      declared == 0 ? "<td class=\"n\">–</td>" : CountCell(difference), "<td>", verdict,
                      "</td></tr>\n");
}

std::string ComparisonSection(const Reconciliation& r) {
  return absl::StrCat(
      "<section>\n<h2>What was declared, and what was found</h2>\n<table>\n<caption>Declared and "
      "found</caption>\n<thead>"
      "<tr><th scope=\"col\">Compared</th><th scope=\"col\" class=\"n\">Declared</th><th scope=\"col\" "
      "class=\"n\">Found"
      "</th><th scope=\"col\" class=\"n\">Difference</th><th scope=\"col\">It is</th></tr></thead>\n<tbody>\n",
      ComparisonRow(r, "People declared", r.declared_people, "numbers indexed", r.indexed),
      ComparisonRow(r, "Rows declared", r.declared_rows, "rows read", r.read), "</tbody>\n</table>\n",
      r.difference_explained.empty() ? ""
                                     : absl::StrCat("<blockquote>", Escape(r.difference_explained), "</blockquote>\n"),
      "</section>\n");
}

std::string CategoriesSection(const Reconciliation& r) {
  if (r.counts.empty()) return "";
  std::string out =
      "<section class=\"long\">\n<h2>What the data says of people</h2>\n<table>\n<caption>People for each category; "
      "shares "
      "are of people indexed whose category is exposed</caption>\n<thead><tr><th scope=\"col\">Category</th><th "
      "scope=\"col"
      "\" class=\"n\">Exposed</th><th scope=\"col\" class=\"n\">Possibly</th><th scope=\"col\" class=\"n\">Not "
      "held</th>"
      "<th scope=\"col\" class=\"n\">Unknown</th><th scope=\"col\">Share</th></tr></thead>\n<tbody>\n";
  for (const v1::CategoryCount& c : r.counts) {
    absl::StrAppend(&out, "<tr><th scope=\"row\">", Escape(CategoryName(c.category(), Language::kEnglish)), "</th>",
                    CountCell(c.exposed()), CountCell(c.possibly_exposed()), CountCell(c.not_held()),
                    CountCell(c.unknown()), ShareCell(c.exposed(), r.indexed, "indexed"), "</tr>\n");
  }
  return out + "</tbody>\n</table>\n</section>\n";
}

std::string ContactSection(const Reconciliation& r) {
  std::string out = "<section class=\"long\">\n<h2>Whom to contact directly</h2>\n";
  if (r.quarantined == 0) return out + "<p>Nobody: every row could be used.</p>\n</section>\n";
  absl::StrAppend(&out, "<p>", FormatCount(r.quarantined),
                  " rows have no number that can be used. These people would be told that they are not in the list.");
  if (r.quarantine.empty()) {
    return out + " The dataset counts these rows and does not list them: the custodian has the list.</p>\n</section>\n";
  }
  absl::StrAppend(&out, " They are listed in ", Escape(r.quarantine_file),
                  ", where a number that is found elsewhere can be filled in.</p>\n<ul>\n");
  for (const auto& [reason, rows] : QuarantineReasons(r)) {
    absl::StrAppend(&out, "<li>", FormatCount(rows), rows == 1 ? " row: " : " rows: ", Escape(reason), "</li>\n");
  }
  out +=
      "</ul>\n<table>\n<caption>Rows that could not be used</caption>\n<thead><tr><th scope=\"col\">Table</th><th "
      "scope="
      "\"col\" class=\"n\">Row</th><th scope=\"col\">Column</th><th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n";
  for (const QuarantinedRow& row : r.quarantine) {
    absl::StrAppend(&out, "<tr><td>", Escape(row.table), "</td><td class=\"n\">", row.row, "</td><td>",
                    Escape(row.column), "</td><td>", Escape(row.reason), "</td></tr>\n");
  }
  return out + "</tbody>\n</table>\n</section>\n";
}

}  // namespace

std::string ToHtml(const Reconciliation& reconciliation, const ReportHeading& heading) {
  return absl::StrCat(
      kHead, "<header>\n", kMarking, "</header>\n<main>\n<h1>What became of the rows</h1>\n<dl>\n",
      Fact("Incident", heading.incident_id), Fact("Kind of number", heading.scheme),
      Fact("Source as at", FormatDate(heading.as_at, Language::kEnglish)), Fact("Dataset", heading.dataset_id),
      Fact("Sealed at", FormatTime(heading.sealed_at, Language::kEnglish)),
      Fact("Custodian’s key begins", heading.custodian), "</dl>\n", RowsSection(reconciliation),
      ComparisonSection(reconciliation), CategoriesSection(reconciliation), ContactSection(reconciliation),
      "</main>\n<footer>\n<p>The sums are signed in the sealed dataset: <code>exposure dataset show</code> says them "
      "again. Nothing on this page was in a cell of the source.</p>\n",
      kMarking, "</footer>\n</body>\n</html>\n");
}

}  // namespace exposure
