// Writes workbooks with libxlsxwriter, for our reading of them to be compared with another program's.
//
// usage: make_workbook shared|inline FILE    texts in a table of their own, or in their cells
#include <xlsxwriter.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace {

constexpr int kRows = 500;

lxw_format* Format(lxw_workbook* book, const char* code) {
  lxw_format* format = workbook_add_format(book);
  format_set_num_format(format, code);
  return format;
}

// In the order of rows: those that were written cannot be changed where texts are in their cells.
void WritePeople(lxw_workbook* book, lxw_worksheet* sheet) {
  worksheet_merge_range(sheet, 0, 0, 0, 3, "Staff of the force", nullptr);
  const char* headers[] = {"Pay No", "Surname", "Joined", "Present", "Score", "Rank"};
  for (lxw_col_t i = 0; i < 6; ++i) worksheet_write_string(sheet, 1, i, headers[i], nullptr);
  lxw_format* date = Format(book, "dd/mm/yyyy");
  const char* texts[] = {"O’Neill", "Llŷr", "a<b>&\"c\"", " spaces kept ", "two\nlines", "0012"};
  for (int i = 0; i < kRows; ++i) {
    const lxw_row_t row = 2 + i;
    lxw_datetime day = {.year = 1970 + i % 50, .month = 1 + i % 12, .day = 1 + i % 28, .hour = 0, .min = 0, .sec = 0};
    worksheet_write_number(sheet, row, 0, 100000 + i, nullptr);
    worksheet_write_string(sheet, row, 1, texts[i % 6], nullptr);
    worksheet_write_datetime(sheet, row, 2, &day, date);
    worksheet_write_boolean(sheet, row, 3, i % 2, nullptr);
    worksheet_write_number(sheet, row, 4, i / 8.0, nullptr);
    worksheet_write_formula_str(sheet, row, 5, "=\"P\"&\"C\"", nullptr, "PC");
  }
}

void WriteRich(lxw_workbook* book, lxw_worksheet* sheet) {
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  char first[] = "Ann ", second[] = "Shah";
  lxw_rich_string_tuple plain = {.format = nullptr, .string = first};
  lxw_rich_string_tuple strong = {.format = bold, .string = second};
  lxw_rich_string_tuple* parts[] = {&plain, &strong, nullptr};
  worksheet_write_rich_string(sheet, 0, 0, parts, nullptr);
  worksheet_write_url(sheet, 1, 0, "mailto:someone@example.org", nullptr);
  worksheet_write_formula_num(sheet, 2, 0, "=40+2", nullptr, 42);
}

void AddWhatIsBeside(lxw_worksheet* sheet) {
  worksheet_write_comment(sheet, 1, 0, "somebody");
  worksheet_set_header(sheet, "&CSomebody");
  char first[] = "Ann", second[] = "Bob";
  char* list[] = {first, second, nullptr};
  lxw_data_validation validation = {};
  validation.validate = LXW_VALIDATION_TYPE_LIST;
  validation.value_list = list;
  worksheet_data_validation_cell(sheet, 1, 1, &validation);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  lxw_workbook_options options = {};
  options.constant_memory = std::string(argv[1]) == "inline" ? LXW_TRUE : LXW_FALSE;
  lxw_workbook* book = workbook_new_opt(argv[2], &options);
  lxw_worksheet* people = workbook_add_worksheet(book, "People");
  WritePeople(book, people);
  lxw_row_col_options hidden = {};
  hidden.hidden = LXW_TRUE;
  worksheet_set_column_opt(people, 2, 2, LXW_DEF_COL_WIDTH, nullptr, &hidden);
  lxw_worksheet* rich = workbook_add_worksheet(book, "Rich");
  worksheet_hide(rich);
  WriteRich(book, rich);
  AddWhatIsBeside(people);
  return workbook_close(book) == LXW_NO_ERROR ? 0 : 1;
}
