#include "client/source/number_format.h"

#include <gtest/gtest.h>

#include <string>

namespace exposure {
namespace {

struct Example {
  const char* code;
  const char* stored;
  const char* shown;
  CellKind kind = CellKind::kNumber;
  bool exact = true;
};

constexpr bool kInexact = false;

constexpr Example kExamples[] = {
    {"General", "42", "42"},
    {"General", "12345678", "12345678"},
    {"General", "1.2345678E7", "12345678"},  // as Java writes it
    {"General", "1.2E7", "12000000"},
    {"General", "1.23457E+11", "123457000000", CellKind::kNumber, kInexact},
    {"General", "1.23456789012E+11", "123456789012"},
    {"General", "123456789012345", "123456789012345"},
    {"General", "1234567890123456", "1234567890123456", CellKind::kNumber, kInexact},
    {"General", "1234.0", "1234"},
    {"General", "0.10000000000000001", "0.1"},
    {"General", "-0", "0"},
    {"0.00", "42", "42"},
    {"0.00E+00", "123457000000", "123457000000", CellKind::kNumber, kInexact},
    {"0.00E+00", "123456789012", "123456789012"},
    {"000000", "42", "000042"},
    {"000000", "1234567", "1234567"},
    {"000000", "42.5", "42.5", CellKind::kNumber, kInexact},
    {"000000", "1234567890123456", "1234567890123456", CellKind::kNumber, kInexact},
    {"0000-00", "4217", "0042-17"},
    {"0000\\-00", "1234567", "12345-67"},
    {"\"PC \"0000", "42", "PC 0042"},
    {"000,000", "42", "42", CellKind::kNumber, kInexact},
    {"00000;-00000", "-42", "-00042"},
    {"00000", "-42", "-00042"},
    {"[<100]000;00000", "42", "042"},
    {"[<100]000;00000", "420", "00420"},
    {"[h]:mm", "1.5", "1.5"},
    {"yyyy-mm-dd", "45322", "2024-01-31", CellKind::kDate},
    {"[$-809]d mmmm yyyy;@", "45322.4375", "2024-01-31T10:30:00", CellKind::kDate},
    {"h:mm AM/PM", "0.4375", "10:30:00", CellKind::kDate},
    {"mmm", "45322", "2024-01-31", CellKind::kDate},
    {"\"day \"0", "45322", "day 45322"},
    {"yyyy-mm-dd", "-1", "-1"},
    {"yyyy-mm-dd", "1E300", "1", CellKind::kNumber, kInexact},
    {"", "42", "42"},
    {"\"never closed", "42", "42"},
    {"[", "42", "42"},
    {"\\", "42", "42"},
};

TEST(NumberFormatTest, ShowsWhatAPersonSees) {
  for (const Example& example : kExamples) {
    const auto shown = NumberFormat(example.code).Show(example.stored, DateSystem::k1900);
    ASSERT_TRUE(shown.has_value()) << example.code << " of " << example.stored;
    EXPECT_EQ(shown->text.substr(0, example.stored == std::string("1E300") ? 1 : 99), example.shown) << example.code;
    EXPECT_EQ(shown->kind, example.kind) << example.code << " of " << example.stored;
    EXPECT_EQ(shown->exact, example.exact) << example.code << " of " << example.stored;
  }
}

TEST(NumberFormatTest, WhatIsNoNumberIsNothing) {
  for (const char* stored : {"", "x", "4 2", "42x", "nan", "inf", "1e999", "0x10", "--1"}) {
    EXPECT_FALSE(NumberFormat("General").Show(stored, DateSystem::k1900).has_value()) << stored;
  }
}

TEST(NumberFormatTest, BuiltInFormatsOfDatesAreDates) {
  EXPECT_EQ(NumberFormat(BuiltInFormat(14)).Show("45322", DateSystem::k1900)->text, "2024-01-31");
  EXPECT_EQ(NumberFormat(BuiltInFormat(20)).Show("0.5", DateSystem::k1900)->text, "12:00:00");
  EXPECT_EQ(NumberFormat(BuiltInFormat(22)).Show("45322.5", DateSystem::k1900)->text, "2024-01-31T12:00:00");
  EXPECT_EQ(NumberFormat(BuiltInFormat(1)).Show("45322", DateSystem::k1900)->text, "45322");
  EXPECT_FALSE(NumberFormat(BuiltInFormat(11)).Show("1000000", DateSystem::k1900)->exact);
}

TEST(SerialDateTest, CountsADayThatNeverWasIn1900) {
  EXPECT_EQ(IsoDate(1, DateSystem::k1900, true), "1900-01-01");
  EXPECT_EQ(IsoDate(59, DateSystem::k1900, true), "1900-02-28");
  EXPECT_EQ(IsoDate(60, DateSystem::k1900, true), "1900-02-29");
  EXPECT_EQ(IsoDate(61, DateSystem::k1900, true), "1900-03-01");
  EXPECT_EQ(IsoDate(0, DateSystem::k1900, true), "");
  EXPECT_EQ(IsoDate(2958465, DateSystem::k1900, true), "9999-12-31");
  EXPECT_EQ(IsoDate(2958466, DateSystem::k1900, true), "");
}

TEST(SerialDateTest, BeginsIn1904WhereTheWorkbookSaysSo) {
  EXPECT_EQ(IsoDate(0, DateSystem::k1904, true), "1904-01-01");
  EXPECT_EQ(IsoDate(43860, DateSystem::k1904, true), "2024-01-31");
  EXPECT_EQ(IsoDate(2957003, DateSystem::k1904, true), "9999-12-31");
  EXPECT_EQ(IsoDate(2957004, DateSystem::k1904, true), "");
}

TEST(SerialDateTest, RoundsToTheSecondAndIntoTheNextDay) {
  EXPECT_EQ(IsoDate(45322.999999, DateSystem::k1900, true), "2024-02-01");
  EXPECT_EQ(IsoDate(45322.000012, DateSystem::k1900, true), "2024-01-31T00:00:01");
}

}  // namespace
}  // namespace exposure
