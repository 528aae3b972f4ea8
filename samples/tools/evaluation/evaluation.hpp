// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_EVALUATION_HPP
#define DERAND_TOOLS_EVALUATION_HPP

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "alarm_curve.hpp"
#include "families.hpp"

namespace tools {

//! The outcome of a method for an image. Patches are squares, given by their side in frame pixels, 0: none. A method that
//! has its own rule has the same patch for both.
struct Outcome
{
    int truth;        //!< right class
    int label;        //!< -1: abstained
    int invalid;      //!< ablations with NaN or Inf among their scores
    int location;     //!< largest patch certified by the location rule
    int margin;       //!< largest patch certified by the margin rule
    int family;       //!< largest patch that cannot turn the label into one of another family, see Families
    Alarm alarm = {}; //!< for one patch size
};

/** @brief Outcomes of a data set by several methods, kept in files.

A file is text: header lines for what was evaluated, the families and the columns, then one line for each outcome. An
interrupted run resumes where it stopped, and the shards of an evaluation are read as one.
 */
class Evaluation
{
public:
    /** @brief Starts without outcomes.
    @param subject model, data and number of images, one line: files whose subject differs are rejected
    @param images number of images in the whole set
    @param families of the classes; files whose families differ are rejected too
    @param alarm side of the square patch that the alarm is for; likewise
     */
    Evaluation(const std::string& subject, size_t images, const Families& families, int alarm);

    //! Reads the files of one evaluation; no outcome may be in two of them.
    static Evaluation read(const std::vector<std::string>& files);

    //! Reads what is in the file, if it exists, and appends all further outcomes to it.
    void keepIn(const std::string& file);

    bool has(const std::string& method, size_t image) const;
    void add(const std::string& method, size_t image, const Outcome& outcome);

    /** @brief Tables for people.
    @param patches sides of the patches
    @param perClass also a table over the classes, for the first patch
     */
    std::string text(const std::vector<int>& patches, bool perClass) const;

    //! One line for each method and patch, with a heading.
    std::string csv(const std::vector<int>& patches) const;

    /** @brief The alarm by its threshold, see AlarmCurve.
    @param asCsv one line for each method and threshold, with a heading
     */
    std::string alarms(bool asCsv) const;

    //! The images of each method with a wrong label that is certified against this patch, and those it abstained from.
    std::string list(int patch) const;

private:
    std::string heading() const; //!< of a file
    void load(const std::string& file);

    std::string subject;
    size_t images;
    Families families;
    int alarm;
    std::map<std::string, std::map<size_t, Outcome>> outcomes;
    std::ofstream file;
};

} // namespace tools

#endif // DERAND_TOOLS_EVALUATION_HPP
