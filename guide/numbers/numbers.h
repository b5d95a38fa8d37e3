// Where do the numbers in this book come from? From sections: one for each block of numbers.
#pragma once

#include <Eigen/Dense>

#include <span>

struct Section {
    const char* name;
    void (*print)();
};

std::span<const Section> step_sections();       // chapters 1 to 8
std::span<const Section> seed_sections();       // chapter 9
std::span<const Section> optimizer_sections();  // chapter 14
std::span<const Section> machine_sections();    // chapter 17

void print(double value, int decimals = 6);
void print(const char* name, const Eigen::MatrixXd& M, int decimals = 6);
